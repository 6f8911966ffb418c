import Bytes

/// A path with the names of its parameters in the place of what a client chose, as in OpenAPI:
/// `/kb/{id}.json`.
struct PathTemplate: Hashable, Sendable, ExpressibleByStringLiteral {
  /// What stands between two slashes.
  enum Segment: Hashable, Sendable {
    case literal(String)
    /// Any text, with what follows it in the same segment: `{id}.json`.
    case parameter(name: String, suffix: String)
  }

  /// The template as it is written.
  let text: String
  let segments: [Segment]
  /// The names of the parameters, in their order.
  let names: [String]

  init(stringLiteral text: String) {
    self.text = text
    segments = text.split(separator: "/").map { segment in
      guard segment.first == "{", let end = segment.firstIndex(of: "}") else {
        return .literal(String(segment))
      }
      return .parameter(
        name: String(segment[segment.index(after: segment.startIndex)..<end]),
        suffix: String(segment[segment.index(after: end)...]))
    }
    names = segments.compactMap { segment in
      if case .parameter(let name, _) = segment { name } else { nil }
    }
  }

  /// The path that has these values, in the order of their names; a missing one is left empty.
  func path(_ values: [String]) -> String {
    guard !names.isEmpty else { return text }
    var values = values.makeIterator()
    return segments.reduce(into: "") { path, segment in
      switch segment {
      case .literal(let text): path += "/" + text
      case .parameter(_, let suffix):
        path += "/" + PercentCoding.encode(values.next() ?? "") + suffix
      }
    }
  }
}
