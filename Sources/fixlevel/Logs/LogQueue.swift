import Foundation
import HTTPWire
import Meters
import Synchronization
import System
import Web

/// The lines of the log on their way to standard error, where one thread of its own writes them.
///
/// Lines come from the threads that serve, which must not wait for whoever reads them: a pipe that is full
/// would stop the server. So there is room for `linesMax`; while that is taken, by a reader that is
/// stuck, further lines are dropped and counted, and the log says how many once it goes on.
final class LogQueue: Sendable {
  /// What becomes a line: the threads that serve leave the making to the one that writes.
  enum Entry: Sendable {
    case line(LogLine)
    case request(AccessRecord, Date)
    case refusal(RefusedRequest, Date)
    /// Signalled when all before it was written, or could not be.
    case mark(DispatchSemaphore)
  }

  /// Lines that wait. Those about requests are below a kilobyte each.
  static let linesMax = 8_192
  /// As many more can wait that are not about single requests, so that these never crowd out an error.
  static let reserve = 256

  private struct State {
    var entries: [Entry] = []
    var isEnding = false
  }

  /// Lines that were dropped because too many waited or because they could not be written.
  let dropped = Counter()
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let thread = Mutex<NamedThread?>(nil)

  /// Starts the thread that writes.
  ///
  /// - Throws: `NoThreadError`.
  init(format: LineLogHandler.Format, to descriptor: Int32 = STDERR_FILENO) throws {
    let thread = try NamedThread.start(name: "log") { [self] in
      var writer = LogWriter(format: format, descriptor: descriptor)
      run(&writer)
    }
    self.thread.withLock { $0 = thread }
  }

  /// Entries that the writing thread has not taken yet.
  var waiting: Int { state.withLock { $0.entries.count } }

  /// Takes a line, or drops it; never waits.
  func append(_ entry: Entry) {
    let (isTaken, wasEmpty) = state.withLock { state in
      guard !state.isEnding, state.entries.count < Self.room(for: entry) else {
        return (false, false)
      }
      state.entries.append(entry)
      return (true, state.entries.count == 1)
    }
    if !isTaken { dropped.add() }
    if wasEmpty { wakeUp.signal() }
  }

  /// Waits until all that was appended is written, at most for a second: a reader that is stuck must not
  /// keep the process from ending.
  func flush() {
    let mark = DispatchSemaphore(value: 0)
    append(.mark(mark))
    _ = mark.wait(timeout: .now() + .seconds(1))
  }

  /// Takes no more lines and waits as `flush` does.
  func end() {
    state.withLock { $0.isEnding = true }
    wakeUp.signal()
    if let thread = thread.withLock({ $0.take() }) { _ = thread.join(until: .now() + .seconds(1)) }
  }

  private static func room(for entry: Entry) -> Int {
    switch entry {
    case .request, .refusal: linesMax
    case .line, .mark: linesMax + reserve
    }
  }

  private func run(_ writer: inout LogWriter) {
    while true {
      wakeUp.wait()
      // What was dropped until now came after these: it is told of behind them.
      let (entries, isEnding, lost) = state.withLock { state in
        defer { state.entries = [] }
        return (state.entries, state.isEnding, dropped.value)
      }
      let failed = writer.write(entries)
      dropped.add(failed)
      writer.tell(dropped: lost + UInt64(failed))
      if isEnding { return }
    }
  }
}

extension LogQueue {
  /// Writes what it counts.
  func write(to text: inout MetricsText) {
    text.single(
      "fixlevel_log_dropped_lines_total", .counter,
      "Lines of the log that were dropped because nobody took them.", dropped.value)
  }
}
