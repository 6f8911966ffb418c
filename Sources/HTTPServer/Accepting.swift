import CLinux
import Foundation

/// What came of one attempt to accept.
enum Accepting {
  case connection(Int32)
  /// Nobody waits.
  case none
  /// This one was gone already, or a signal came: the next may be there.
  case retry
  /// The process or the system has no file descriptor or memory left.
  case exhausted

  static func one(from listener: Int32) -> Accepting {
    let number = clinux_accept(listener)
    if number >= 0 { return .connection(number) }
    switch errno {
    case EAGAIN: return .none
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
    default: return .retry
    }
  }
}
