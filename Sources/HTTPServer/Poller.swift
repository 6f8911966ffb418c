import CLinux
import System

/// An epoll instance, level-triggered.
struct Poller: ~Copyable {
  private let descriptor: FileDescriptor
  private var events: [clinux_event]

  /// What epoll is asked for, and what it reports.
  struct Interest: OptionSet {
    let rawValue: UInt32

    static let input = Interest(rawValue: UInt32(clinux_epollin))
    static let output = Interest(rawValue: UInt32(clinux_epollout))
    /// The connection is broken, or both sides are shut down. Always reported.
    static let lost = Interest(rawValue: UInt32(clinux_epollhup) | UInt32(clinux_epollerr))
  }

  init?(batch: Int) {
    let number = clinux_epoll_create()
    guard number >= 0 else { return nil }
    descriptor = FileDescriptor(owning: number)
    events = [clinux_event](repeating: clinux_event(), count: batch)
  }

  func add(_ number: Int32, _ interest: Interest, token: UInt64) -> Bool {
    clinux_epoll_add(descriptor.number, number, interest.rawValue, token) == 0
  }

  func modify(_ number: Int32, _ interest: Interest, token: UInt64) {
    _ = clinux_epoll_modify(descriptor.number, number, interest.rawValue, token)
  }

  func remove(_ number: Int32) {
    _ = clinux_epoll_remove(descriptor.number, number)
  }

  /// Waits at most `milliseconds` (-1: for ever) and says how many events there are; none after
  /// a signal.
  mutating func wait(milliseconds: Int32) -> Int {
    let count = events.withUnsafeMutableBufferPointer { buffer in
      clinux_epoll_wait(
        descriptor.number, buffer.baseAddress, Int32(buffer.count), milliseconds)
    }
    return max(0, Int(count))
  }

  func event(_ index: Int) -> (token: UInt64, ready: Interest) {
    (events[index].token, Interest(rawValue: events[index].events))
  }
}
