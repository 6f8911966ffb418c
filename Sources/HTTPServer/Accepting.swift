import CLinux
import Foundation
import HTTPWire

/// What came of one attempt to accept.
enum Accepting {
  case connection(Int32, from: ClientAddress)
  /// Nobody waits.
  case none
  /// This one was gone already, or a signal came: the next may be there.
  case retry
  /// The process or the system has no file descriptor or memory left.
  case exhausted

  static func one(from listener: Int32) -> Accepting {
    var peer = [UInt8](repeating: 0, count: 16)
    let number = clinux_accept(listener, &peer)
    if number >= 0 { return .connection(number, from: ClientAddress(octets: peer)) }
    switch errno {
    case EAGAIN: return .none
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
    default: return .retry
    }
  }
}
