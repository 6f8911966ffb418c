import Bytes

/// The headings of a list of processes that a tool aligned for a console.
///
/// Numbers end and names begin below their headings, so a value is found by the heading that stands
/// above it, and a name reaches as far as the value behind it.
struct ProcessListHeader: Sendable, Equatable {
  private var process: Range<Int>
  private var handles: Range<Int>
  private var pid: Range<Int>?
  /// Where the heading behind the name's begins.
  private var next: Int?

  private static let handleNames = ["handles", "handlecount"]
  private static let processNames = ["processname", "name", "caption"]
  private static let pidNames = ["id", "processid", "pid"]

  /// Nil for a line that lacks a heading for processes or for handles.
  init?(_ line: Span<UInt8>) {
    var words = Words()
    var headings: [Range<Int>] = []
    while let word = words.next(in: line) {
      guard headings.count < 64 else { return nil }
      headings.append(word)
    }
    func heading(_ names: [String]) -> Range<Int>? {
      headings.first { line.extracting($0).isOne(of: names) }
    }
    guard let handles = heading(Self.handleNames), let process = heading(Self.processNames) else {
      return nil
    }
    (self.handles, self.process, pid) = (handles, process, heading(Self.pidNames))
    next = headings.first { $0.lowerBound >= process.upperBound }?.lowerBound
  }

  /// The places of what a row says; nil for a row that is too short.
  func read(_ row: Span<UInt8>) -> (process: Range<Int>, handles: Range<Int>, pid: Range<Int>?)? {
    var words = Words()
    var handlesAt: Range<Int>?
    var pidAt: Range<Int>?
    var nameEnd: Int?
    while let word = words.next(in: row) {
      if word.overlaps(handles) { handlesAt = handlesAt ?? word }
      if let pid, word.overlaps(pid) { pidAt = pidAt ?? word }
      if let next, nameEnd == nil, word.upperBound > next, word.lowerBound > process.lowerBound {
        nameEnd = word.lowerBound
      }
    }
    guard let handlesAt, row.count > process.lowerBound else { return nil }
    let end = nameEnd ?? row.count
    guard end > process.lowerBound else { return nil }
    return (row.trimmedRange(of: process.lowerBound..<end), handlesAt, pidAt)
  }
}
