import Bytes

/// The first bytes of a text, taken apart once for all signs of formats.
struct UploadHead: Sendable {
  /// From the first byte that isn't blank.
  let start: ArraySlice<UInt8>
  /// Without blanks around; those that hold nothing, or only name a separator, are left out. The last one may be cut.
  let lines: [[UInt8]]
  /// As `lines`, with the blanks at their start.
  let rawLines: [[UInt8]]
  /// Of the first JSON object, by their dotted paths, three deep; what arrays hold counts as theirs.
  let members: Set<String>
  /// Whether something follows the first JSON value.
  let hasMoreValues: Bool

  init(_ head: [UInt8]) {
    start = head.drop { $0 <= ASCII.space }
    let isJSON = start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "[")
    rawLines =
      isJSON
      ? []
      : start.split(separator: ASCII.lineFeed).map { line in
        let whole = Array(line)
        return Array(whole[..<whole.span.trimmedRange().upperBound])
      }.filter { !$0.isEmpty && !Self.isSeparatorLine($0) }
    lines = rawLines.map { Array($0[$0.span.trimmedRange()]) }
    (members, hasMoreValues) = isJSON ? Self.members(of: Array(start)) : ([], false)
  }

  var isJSON: Bool { start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "[") }

  /// Whether the first JSON object has all of these members.
  func has(_ names: String...) -> Bool { members.isSuperset(of: names) }

  /// Whether it has one of these.
  func hasOne(of names: String...) -> Bool { !members.isDisjoint(with: names) }

  /// Whether a line is so.
  func hasLine(_ isSo: (Span<UInt8>) -> Bool) -> Bool { lines.contains { isSo($0.span) } }

  /// The first line that is no comment.
  var firstRow: [UInt8]? { lines.first { $0.first != ASCII.number } }

  /// `sep=;`, with which spreadsheets begin a file.
  private static func isSeparatorLine(_ line: [UInt8]) -> Bool {
    line.count == 5 && line.starts(with: "sep=".utf8)
  }

  private static let depthMax = 3

  private static func members(of text: [UInt8]) -> (Set<String>, hasMore: Bool) {
    var reader = JSONReader(text)
    var members: Set<String> = []
    // The keys that lead to what is open, blank for arrays.
    var keys: [String] = []
    var key = ""
    while let token = try? reader.next() {
      switch token {
      case .key:
        key = String(decoding: reader.text, as: UTF8.self)
        let path = keys.filter { !$0.isEmpty } + [key]
        if path.count <= depthMax { members.insert(path.joined(separator: ".")) }
      case .beginObject, .beginArray:
        keys.append(key)
        key = ""
      case .endObject, .endArray:
        key = keys.popLast() ?? ""
        if keys.isEmpty {
          // A JSON text holds one value.
          do { _ = try reader.next() } catch { return (members, true) }
          return (members, false)
        }
        if token == .endObject { key = "" }
      default: break
      }
    }
    return (members, false)
  }
}
