/// Finds the route of a path: a tree with a level for each segment.
struct RouteIndex: Sendable {
  /// A route, and what a path has in the place of its parameters.
  struct Match: Sendable {
    let route: Route
    let values: [String]
  }

  private struct Node {
    var route: Route?
    var literals: [String: Node] = [:]
    /// The longest suffix first, so that `{id}.json` is tried before `{id}`.
    var parameters: [(suffix: String, node: Node)] = []
  }

  private var root = Node()

  init(_ routes: [Route]) {
    for route in routes { Self.insert(route, route.template.segments[...], into: &root) }
  }

  private static func insert(
    _ route: Route, _ segments: ArraySlice<PathTemplate.Segment>, into node: inout Node
  ) {
    guard let segment = segments.first else {
      node.route = route
      return
    }
    let rest = segments.dropFirst()
    switch segment {
    case .literal(let text): insert(route, rest, into: &node.literals[text, default: Node()])
    case .parameter(_, let suffix):
      var index = node.parameters.firstIndex { $0.suffix == suffix }
      if index == nil {
        index = node.parameters.firstIndex { $0.suffix.utf8.count < suffix.utf8.count }
        node.parameters.insert((suffix, Node()), at: index ?? node.parameters.endIndex)
      }
      insert(route, rest, into: &node.parameters[index ?? node.parameters.endIndex - 1].node)
    }
  }

  /// The route of a decoded path; nil if there is none.
  func match(_ path: [String]) -> Match? {
    var values: [String] = []
    return Self.route(path[...], from: root, &values).map { Match(route: $0, values: values) }
  }

  private static func route(
    _ path: ArraySlice<String>, from node: Node, _ values: inout [String]
  ) -> Route? {
    guard let segment = path.first else { return node.route }
    let rest = path.dropFirst()
    if let child = node.literals[segment], let route = route(rest, from: child, &values) {
      return route
    }
    for (suffix, child) in node.parameters where segment.hasSuffix(suffix) {
      values.append(String(segment.dropLast(suffix.count)))
      if let route = route(rest, from: child, &values) { return route }
      values.removeLast()
    }
    return nil
  }
}
