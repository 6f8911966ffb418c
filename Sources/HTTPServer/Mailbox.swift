import CLinux
import Foundation
import HTTPWire
import Synchronization
import System

/// What other threads tell a reactor: answers of finished work, and that it is time to go.
final class Mailbox: Sendable {
  /// A connection of a reactor; a later connection in the same slot has another generation.
  struct Ticket: Sendable {
    var slot: Int32
    var generation: UInt32
  }

  struct Contents: Sendable {
    var answers: [(ticket: Ticket, response: Response)] = []
    var drainDeadline: MonotonicTime?
  }

  private let contents = Mutex(Contents())
  let wakeUp: FileDescriptor

  /// Fails if the system has no file descriptor left.
  init?() {
    let number = clinux_eventfd()
    guard number >= 0 else { return nil }
    wakeUp = FileDescriptor(owning: number)
  }

  func deliver(_ response: Response, to ticket: Ticket) {
    let wasEmpty = contents.withLock { contents in
      defer { contents.answers.append((ticket, response)) }
      return contents.answers.isEmpty
    }
    if wasEmpty { ring() }
  }

  /// Asks the reactor to finish what is in flight until `deadline`, then to end.
  func drain(until deadline: MonotonicTime) {
    contents.withLock { $0.drainDeadline = deadline }
    ring()
  }

  /// Takes all that has come since the last call.
  func empty() -> Contents {
    var count: UInt64 = 0
    _ = read(wakeUp.number, &count, MemoryLayout<UInt64>.size)
    return contents.withLock { contents in
      let taken = contents
      contents.answers = []
      return taken
    }
  }

  private func ring() {
    var one: UInt64 = 1
    // It fails only if the counter is full: then the reactor is being woken anyway.
    _ = write(wakeUp.number, &one, MemoryLayout<UInt64>.size)
  }
}
