import Bytes

/// Where the parts of a sample's line are.
struct PrometheusSample: Sendable {
  static let comment = UInt8(ascii: "#")

  var name: Range<Int>
  /// What is between the braces.
  var labels: Range<Int>
  /// After the name and the labels.
  var end: Int
  /// Whether the brace and the quotes that were opened are closed.
  var isClosed = true

  /// Name and labels as one cell.
  var key: Cell { Cell(start: Int32(clamping: name.lowerBound), end: Int32(clamping: end)) }

  /// Where the name of a metric is; nil for comments, blank lines and what begins with none.
  static func name(in line: Span<UInt8>) -> Range<Int>? {
    var index = 0
    while index < line.count, line[index].isBlank { index &+= 1 }
    let start = index
    while index < line.count, isInName(line[index]) { index &+= 1 }
    return index > start && line[start].digitValue > 9 ? start..<index : nil
  }

  /// Nil for comments, blank lines and what doesn't begin with a name.
  init?(_ line: Span<UInt8>) {
    guard let name = Self.name(in: line) else { return nil }
    self.init(line, name: name)
  }

  /// The sample whose name is known; nil where another character follows than may.
  init?(_ line: Span<UInt8>, name: Range<Int>) {
    self.name = name
    var index = name.upperBound
    end = index
    labels = index..<index
    while index < line.count, line[index].isBlank { index &+= 1 }
    guard index < line.count, line[index] == UInt8(ascii: "{") else {
      // A name that isn't followed by a blank is another kind of line.
      if index == end { return nil }
      return
    }
    let open = index + 1
    index = open
    var isQuoted = false
    while index < line.count {
      let byte = line[index]
      if byte == ASCII.quote {
        isQuoted.toggle()
      } else if isQuoted {
        if byte == ASCII.backslash { index += 1 }
      } else if byte == UInt8(ascii: "}") {
        labels = open..<index
        end = index + 1
        return
      }
      index += 1
    }
    isClosed = false
    labels = open..<line.count
    end = line.count
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), ASCII.colon:
      true
    default: false
    }
  }
}

/// Takes the labels between the braces of a sample apart.
enum PrometheusLabels {
  /// Calls `body` with each name and its value without escapes.
  static func read(
    _ line: Span<UInt8>, _ range: Range<Int>,
    _ body: (Span<UInt8>, Span<UInt8>) throws(FieldFault) -> Void
  ) throws(FieldFault) {
    let text = line.extracting(range)
    var index = 0
    while true {
      skip(text, &index) { $0.isBlank || $0 == ASCII.comma }
      guard index < text.count else { return }
      let name: Range<Int>
      if text[index] == ASCII.quote {
        name = try quoted(text, &index)
      } else {
        let start = index
        skip(text, &index) { $0 != UInt8(ascii: "=") && !$0.isBlank }
        name = start..<index
      }
      skip(text, &index, while: \.isBlank)
      guard index < text.count, text[index] == UInt8(ascii: "=") else { throw .badLabels }
      index += 1
      skip(text, &index, while: \.isBlank)
      guard index < text.count, text[index] == ASCII.quote else { throw .badLabels }
      let value = try quoted(text, &index)
      try body(text.extracting(name), unescaped(text.extracting(value)).span)
    }
  }

  private static func skip(
    _ text: Span<UInt8>, _ index: inout Int, while isSkipped: (UInt8) -> Bool
  ) {
    while index < text.count, isSkipped(text[index]) { index += 1 }
  }

  /// The text between the quotes at `index`, which moves behind the second.
  private static func quoted(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(FieldFault) -> Range<Int> {
    let start = index + 1
    index = start
    while index < text.count, text[index] != ASCII.quote {
      index += text[index] == ASCII.backslash ? 2 : 1
    }
    guard index < text.count else { throw .badLabels }
    index += 1
    return start..<index - 1
  }

  /// `\\`, `\"` and `\n`; other escapes stand for themselves.
  private static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
    var value: [UInt8] = []
    var index = 0
    while index < text.count {
      var byte = text[index]
      if byte == ASCII.backslash, index + 1 < text.count {
        switch text[index + 1] {
        case ASCII.backslash, ASCII.quote:
          index += 1
          byte = text[index]
        case UInt8(ascii: "n"):
          index += 1
          byte = ASCII.lineFeed
        default: break
        }
      }
      value.append(byte)
      index += 1
    }
    return value
  }
}
