@testable import HTTPWire
@testable import Service
@testable import Web

/// A request's target: the decoded path and query, written again, are read as the same.
func fuzzQuery(_ bytes: [UInt8]) {
  guard let request = requestOf(bytes) else { return }
  checkRequest(request)
  let path = "/" + request.path.map(percentCoded).joined(separator: "/")
  let query = request.query.map { "\(percentCoded($0.name))=\(percentCoded($0.value))" }
    .joined(separator: "&")
  // Coded, the target can get too long for a request line.
  guard path.utf8.count + query.utf8.count < 8_000 else { return }
  let again = requestOf(path + "?" + query)
  require(again?.path == request.path, path)
  require(again?.query == request.query, query)
}

/// What must hold for every decoded request.
func checkRequest(_ request: Request) {
  for segment in request.path {
    require(segment != "." && segment != ".." && !segment.utf8.contains(0x2F), segment)
  }
  require(request.query.count <= Request.queryItemsLimit)
  let parameters = QueryParameters(request.query)
  for item in request.query.prefix(30) {
    let same = request.query.filter { $0.name == item.name }
    require(!item.name.utf8.contains(0) && !item.value.utf8.contains(0))
    let value = try? parameters.value(item.name)
    require(same.count > 1 ? value == nil : value == item.value, item.name)
  }
  if let match = routes.match(request.path) {
    require(match.values.count == match.route.template.names.count)
  }
}

private func requestOf(_ target: String) -> Request? { requestOf(Array(target.utf8)) }

private func requestOf(_ target: [UInt8]) -> Request? {
  let bytes = Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
  var parser = HeadParser()
  var head = RequestHead()
  guard case .complete = parser.advance(&head, in: bytes.span, limits: Limits()) else { return nil }
  return try? Request(head, in: bytes.span)
}

private let routes = RouteIndex(Route.all)
