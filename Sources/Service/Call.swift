import HTTPTypes
import HTTPWire
import Web

/// A request at its route: what a handler makes its answer from. Handlers are its methods, each beside
/// what it answers with.
struct Call: Sendable {
  let service: Service
  let route: Route
  let request: Request
  /// When what the answers are made of changed for the last time.
  let modified: HTTPDate
  /// What the path has in the place of the route's parameters, in their order.
  private let values: [String]

  init(_ match: RouteIndex.Match, _ request: Request, of service: Service, modified: HTTPDate) {
    self.service = service
    self.request = request
    self.modified = modified
    route = match.route
    values = match.values
  }

  /// What the path has in the place of a parameter of the route's template; empty for no such name.
  subscript(name: String) -> String {
    route.template.names.firstIndex(of: name).map { values[$0] } ?? ""
  }

  var query: QueryParameters { QueryParameters(request.query) }
  /// The path as a link to it has it.
  var path: String { route.template.path(values) }
  var context: RequestContext { RequestContext(request, path: path) }

  /// The fleet.
  ///
  /// - Throws: `Problem` (404) where the service has none.
  func fleet() throws(Problem) -> FleetService {
    guard let fleet = service.fleet else {
      throw Problem(.notFound, "This server keeps no fleet.")
    }
    return fleet
  }

  /// The answer that `make` makes, or the answer to what it throws.
  func answer(_ make: () throws -> Response) -> Response {
    do {
      return try make()
    } catch {
      return service.answer(to: error, route.errorForm, context)
    }
  }
}
