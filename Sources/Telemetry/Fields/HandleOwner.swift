import Bytes

/// The line with which Sysinternals' `handle` begins what a process has: `EXTRA.exe pid: 212`, and what
/// may follow.
enum HandleOwner {
  /// Whether a line is one.
  static func isOne(_ line: Span<UInt8>) -> Bool {
    (try? read(line, nameBytesMax: line.count)) != nil
  }

  /// The process; nil for any other line.
  static func read(
    _ line: Span<UInt8>, nameBytesMax: Int
  ) throws(FieldFault) -> SeriesIdentity? {
    var words = Words()
    var end = 0
    while let word = words.next(in: line) {
      if end > 0, line.extracting(word).isOne(of: ["pid:"]), let number = words.next(in: line) {
        return SeriesIdentity(
          process: try Name.read(
            line.extracting(0..<end), bytesMax: nameBytesMax, in: .codePage),
          pid: try Count.read(line.extracting(number)))
      }
      end = word.upperBound
    }
    return nil
  }
}
