import Foundation
import HTTPWire
import System

/// A socket and the conversation over it. It lives in one reactor's thread.
final class Connection {
  let socket: FileDescriptor
  let generation: UInt32
  /// Whether it counts towards the limit; one that is only refused does not.
  let isCounted: Bool
  var conversation: Conversation
  /// What epoll is asked for; nil while it does not know the socket.
  var interest: Poller.Interest?

  init(
    _ socket: consuming FileDescriptor, from client: ClientAddress, generation: UInt32,
    isCounted: Bool, shared: SharedState, ids: RequestIDs, meter: WireMeter, now: MonotonicTime
  ) {
    self.socket = socket
    self.generation = generation
    self.isCounted = isCounted
    conversation = Conversation(
      limits: shared.limits, budget: shared.budget, client: client, ids: ids, meter: meter, now: now
    )
  }

  var slot: Int { Int(socket.number) }

  /// Names this connection in events: the slot, and a generation that a later one does not share.
  var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: socket.number)) }

  /// What is of use now. A break is always reported.
  var wantedInterest: Poller.Interest {
    var wanted: Poller.Interest = []
    if conversation.wantsInput { wanted.insert(.input) }
    if conversation.pendingOutputBytes > 0 { wanted.insert(.output) }
    return wanted
  }

  /// Reads once, straight into the conversation's buffer; false if the connection is broken.
  func receive(at time: TimeReading) -> Bool {
    let number = socket.number
    var outcome = 0
    var code: Int32 = 0
    _ = conversation.read(at: time) { free in
      repeat {
        outcome = recv(number, free.baseAddress, free.count, 0)
        code = errno
      } while outcome < 0 && code == EINTR
      return outcome
    }
    if outcome == 0 { conversation.inputEnded() }
    return outcome >= 0 || code == EAGAIN
  }

  /// Sends what is pending as far as the kernel takes it; false if the connection is broken.
  func transmit(at time: TimeReading) -> Bool {
    let number = socket.number
    while conversation.pendingOutputBytes > 0 {
      var outcome = 0
      var code: Int32 = 0
      _ = conversation.write(at: time) { pending in
        pending.withUnsafeBytes { bytes in
          repeat {
            outcome = send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            code = errno
          } while outcome < 0 && code == EINTR
        }
        return outcome
      }
      if outcome < 0 { return code == EAGAIN }
    }
    return true
  }

  func shutDownOutput() {
    _ = shutdown(socket.number, Int32(SHUT_WR))
  }
}
