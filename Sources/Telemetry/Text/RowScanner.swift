import Bytes

/// A cell's bytes within its row, without the quotes around it.
struct Cell: Sendable, Equatable {
  var start: Int32 = 0
  var end: Int32 = 0
  var isQuoted = false
  /// A doubled quote inside stands for one.
  var hasDoubledQuote = false

  var range: Range<Int> { Int(start)..<Int(end) }
  /// The bytes' place in the row's line, from 1.
  var column: Int { Int(start) + 1 }
  /// The first byte, with the opening quote.
  var outerStart: Int { isQuoted ? Int(start) - 1 : Int(start) }
  /// After the last byte, with the closing quote.
  var outerEnd: Int { isQuoted ? Int(end) + 1 : Int(end) }
}

/// Cuts one row of separated values into cells, over as many pieces of it as come.
///
/// A quote opens a quoted cell only at the cell's start; elsewhere it is a character like others.
struct RowScanner: Sendable {
  enum Outcome {
    /// The row ends before this index: its line feed is the byte before.
    case row(next: Int)
    case needsMore
    case nul(at: Int)
  }

  private enum State {
    case cellStart, bare, quoted, quoteInQuoted, closed
  }

  /// Nil cuts nothing: the row is a line as it stands.
  var separator: UInt8?
  /// Only the first `cellCount` belong to the row.
  private(set) var cells: [Cell]
  /// May be one more than the limit, then the row has too many.
  private(set) var cellCount = 0
  /// Bytes of the row in earlier pieces.
  private(set) var scanned = 0
  /// Line feeds inside the row.
  private(set) var lineBreaks = 0
  /// Where the first closing quote is followed by something else than a separator.
  private(set) var textAfterQuote: Int?
  private var state = State.cellStart
  private var current = Cell()

  init(separator: UInt8?, cellsMax: Int) {
    self.separator = separator
    cells = Array(repeating: Cell(), count: cellsMax)
  }

  /// Where a quoted cell was opened that isn't closed yet.
  var openQuote: Int? { state == .quoted ? Int(current.start) - 1 : nil }

  /// Forgets the row before.
  @inline(__always)
  mutating func startRow() {
    cellCount = 0
    scanned = 0
    lineBreaks = 0
    textAfterQuote = nil
    state = .cellStart
    current = Cell()
  }

  /// The cells stay readable until the next row starts.
  mutating func endRow() { scanned = 0 }

  /// Goes on with the row at `start`, up to `end` at most.
  mutating func scan(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Outcome {
    let base = scanned - start
    // No text holds 0xFF, so it separates nothing.
    let separator = self.separator ?? 0xFF
    if self.separator == nil, state == .cellStart { state = .bare }
    // A span of a local array spares a check of ownership for each cell.
    var owned: [Cell] = []
    swap(&owned, &self.cells)
    var cells = owned.mutableSpan
    var state = self.state
    var current = self.current
    var count = cellCount
    let piece = bytes.extracting(0..<end)
    var index = start
    var outcome = Outcome.needsMore

    scanning: while index < piece.count {
      let byte = piece[index]
      switch state {
      case .cellStart where byte == ASCII.quote:
        state = .quoted
        current = Cell(start: Int32(truncatingIfNeeded: index + base + 1), isQuoted: true)
        index &+= 1
        continue scanning
      case .cellStart:
        current = Cell(start: Int32(truncatingIfNeeded: index + base))
        state = .bare
      case .bare: break
      case .quoted:
        if byte == 0 {
          outcome = .nul(at: index)
          break scanning
        }
        if byte == ASCII.quote { state = .quoteInQuoted }
        if byte == ASCII.lineFeed { lineBreaks += 1 }
        index &+= 1
        continue scanning
      case .quoteInQuoted where byte == ASCII.quote:
        current.hasDoubledQuote = true
        state = .quoted
        index &+= 1
        continue scanning
      case .quoteInQuoted:
        current.end = Int32(truncatingIfNeeded: index + base - 1)
        state = .closed
      case .closed: break
      }

      if byte != separator && byte > ASCII.lineFeed {
        if state == .closed, !byte.isBlank {
          textAfterQuote = textAfterQuote ?? index + base
        }
        index &+= 1
        // Most bytes are passed here.
        while state == .bare, index < piece.count {
          let next = piece[index]
          if next == separator || next <= ASCII.lineFeed { break }
          index &+= 1
        }
        continue scanning
      }
      if byte == 0 {
        outcome = .nul(at: index)
        break scanning
      }
      guard byte == separator || byte == ASCII.lineFeed else {
        if state == .closed, !byte.isBlank {
          textAfterQuote = textAfterQuote ?? index + base
        }
        index &+= 1
        continue scanning
      }
      if state != .closed { current.end = Int32(truncatingIfNeeded: index + base) }
      if count < cells.count { cells[count] = current }
      if count <= cells.count { count &+= 1 }
      index &+= 1
      if byte == separator {
        state = .cellStart
      } else {
        outcome = .row(next: index)
        break scanning
      }
    }
    swap(&owned, &self.cells)
    self.state = state
    self.current = current
    cellCount = count
    if case .needsMore = outcome { scanned = end + base }
    return outcome
  }

  /// Ends a last row that has no line feed. False where a quoted cell is still open.
  mutating func endOfInput() -> Bool {
    if state == .quoted { return false }
    if state == .quoteInQuoted {
      current.end = Int32(truncatingIfNeeded: scanned - 1)
      state = .closed
    }
    if state == .cellStart { current = Cell(start: Int32(truncatingIfNeeded: scanned)) }
    if state != .closed { current.end = Int32(truncatingIfNeeded: scanned) }
    if cellCount < cells.count { cells[cellCount] = current }
    if cellCount <= cells.count { cellCount += 1 }
    return true
  }
}
