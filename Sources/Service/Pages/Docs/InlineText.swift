/// Text in which backticks mark code, as OpenAPI's descriptions have it.
enum InlineText {
  struct Run: Hashable {
    var text: String
    var isCode: Bool
  }

  /// The text cut at its backticks; one without its partner stands for itself.
  static func runs(_ text: String) -> [Run] {
    var parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    if parts.count.isMultiple(of: 2), let last = parts.popLast() {
      parts[parts.count - 1] += "`" + last
    }
    return parts.enumerated().map { Run(text: $1, isCode: !$0.isMultiple(of: 2)) }
      .filter { !$0.text.isEmpty }
  }
}
