import Diagnosis
import Foundation
import Telemetry

/// The lines of a regular file, to be read from several places at a time.
struct FileLines {
  /// A part is read by one thread.
  private static let partBytes = 16 << 20
  /// Parts that are read before they are joined: bounds what is read for nothing where the upload
  /// turns out to be refused, or not to be made of lines.
  private static let partsMax = 8

  private let descriptor: CInt
  private let size: Int

  /// Nil for what isn't a regular file, or is at its beginning no more.
  init?(_ descriptor: CInt) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      lseek(descriptor, 0, SEEK_CUR) == 0
    else { return nil }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  /// Feeds the whole file.
  func decode(
    with decoder: inout TelemetryDecoder, concurrently: ConcurrentMap
  ) throws {
    var position = try feedHead(to: &decoder)
    while position < size, let fork = decoder.fork() {
      let ranges = parts(from: position)
      let forks = concurrently.map(ranges.count) { index in
        var part = fork
        // What went wrong is found again in its turn.
        return (try? feed(ranges[index], to: &part)).map { part }
      }
      for (range, part) in zip(ranges, forks) {
        if let part, decoder.join(part) { continue }
        try feed(range, to: &decoder)
      }
      position = ranges.last?.upperBound ?? size
    }
    if position < size { try feed(position..<Int.max, to: &decoder) }
  }

  /// Feeds the lines within the first bytes, which hold the header, however long it is; the position
  /// after them. What has no line feed at all, such as JSON on one line, is fed to its end.
  private func feedHead(to decoder: inout TelemetryDecoder) throws -> Int {
    var buffer = FileBuffer()
    var position = 0
    while try buffer.read(descriptor, at: position) > 0 {
      if let lineFeed = buffer.lastLineFeed {
        try buffer.feed(0..<lineFeed + 1, to: &decoder)
        return position + lineFeed + 1
      }
      try buffer.feed(0..<buffer.count, to: &decoder)
      position += buffer.count
    }
    return max(position, size)
  }

  /// The last part takes what has been written to the file since it was opened, too.
  private func parts(from position: Int) -> [Range<Int>] {
    let starts = stride(from: position, to: size, by: Self.partBytes).prefix(Self.partsMax)
    return starts.map { start in
      let end = start + Self.partBytes
      return start..<(end < size ? end : Int.max)
    }
  }

  /// Feeds the lines that begin in `range`, the last one to its end.
  private func feed(_ range: Range<Int>, to decoder: inout TelemetryDecoder) throws {
    var buffer = FileBuffer()
    // A line begins after a line feed.
    var position = range.lowerBound - 1
    var isInside = false
    while true {
      let count = try buffer.read(descriptor, at: position)
      guard count > 0 else { return }
      var start = 0
      if !isInside {
        let first = buffer.firstLineFeed(from: 0)
        if position + (first ?? count) >= range.upperBound - 1 { return }
        guard let first else {
          position += count
          continue
        }
        start = first + 1
        isInside = true
      }
      let last = max(start, range.upperBound - 1 - position)
      if last < count, let end = buffer.firstLineFeed(from: last) {
        return try buffer.feed(start..<end + 1, to: &decoder)
      }
      try buffer.feed(start..<count, to: &decoder)
      position += count
    }
  }
}

/// The piece of a file that is being read.
struct FileBuffer {
  /// Small enough to stay in a core's cache until it is decoded.
  private static let pieceBytes = 256 << 10

  private var storage = [UInt8](repeating: 0, count: pieceBytes)
  private(set) var count = 0

  func feed(_ range: Range<Int>, to decoder: inout TelemetryDecoder) throws(TelemetryError) {
    try decoder.feed(storage.span.extracting(range))
  }

  var lastLineFeed: Int? { storage[..<count].lastIndex(of: UInt8(ascii: "\n")) }

  func firstLineFeed(from index: Int) -> Int? {
    storage[index..<count].firstIndex(of: UInt8(ascii: "\n"))
  }

  /// Reads the next bytes, or those at `offset`; 0 at the end of the file.
  @discardableResult
  mutating func read(_ descriptor: CInt, at offset: Int? = nil) throws -> Int {
    repeat {
      count = storage.withUnsafeMutableBytes { bytes in
        if let offset { return pread(descriptor, bytes.baseAddress, bytes.count, offset) }
        return Foundation.read(descriptor, bytes.baseAddress, bytes.count)
      }
    } while count < 0 && errno == EINTR
    guard count >= 0 else {
      count = 0
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    return count
  }
}
