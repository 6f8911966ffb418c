import Foundation
import Logging

/// Makes lines and writes them to a descriptor, which may be a pipe that is full, closed or shared with
/// others. Used by one thread, the only one that waits for its reader.
struct LogWriter {
  /// Bytes that are written together.
  private static let chunkBytes = 32 * 1024

  private let format: LineLogHandler.Format
  private let descriptor: Int32
  /// Of the lines that were dropped, those that the log has told of.
  private var told: UInt64 = 0
  /// A write failed inside a line: the next one begins on a line of its own.
  private var isInsideLine = false

  init(format: LineLogHandler.Format, descriptor: Int32) {
    self.format = format
    self.descriptor = descriptor
  }

  /// Writes all entries; returns how many lines could not be.
  mutating func write(_ entries: [LogQueue.Entry]) -> Int {
    var failed = 0
    var chunk: [UInt8] = []
    for entry in entries {
      switch entry {
      case .line(let line): chunk += line.text(format).utf8
      case .request(let record, let time): chunk += LogLine(record, at: time).text(format).utf8
      case .refusal(let request, let time): chunk += LogLine(request, at: time).text(format).utf8
      case .mark(let mark):
        failed += writeAll(chunk)
        chunk = []
        mark.signal()
      }
      if chunk.count >= Self.chunkBytes {
        failed += writeAll(chunk)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    return failed + writeAll(chunk)
  }

  /// Says in the log how many of its lines are missing, if that is more than it has said.
  mutating func tell(dropped: UInt64) {
    guard dropped > told else { return }
    let line = LogLine(
      time: .now, level: .warning, message: "lines of the log were dropped",
      fields: [("lines", "\(dropped - told)")])
    if writeAll(Array(line.text(format).utf8)) == 0 { told = dropped }
  }

  /// Returns how many lines could not be written whole. Where nobody reads them any more, or the disk is
  /// full, the server goes on.
  private mutating func writeAll(_ lines: [UInt8]) -> Int {
    guard !lines.isEmpty else { return 0 }
    let newline = UInt8(ascii: "\n")
    let bytes = isInsideLine ? [newline] + lines : lines
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        written += count
      } else if count < 0, errno == EAGAIN {
        // Somebody who has the same pipe made it so that writes don't wait.
        var pipe = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&pipe, 1, -1)
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    let own = written - (bytes.count - lines.count)
    if written > 0 { isInsideLine = bytes[written - 1] != newline }
    return lines.dropFirst(max(0, own)).count { $0 == newline }
  }
}
