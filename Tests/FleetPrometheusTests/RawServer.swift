import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import SQLite
import Synchronization
import System

@testable import FleetPrometheus

/// A server that answers every connection with given bytes, whatever it is asked, in pieces: what an
/// engine gone wrong looks like.
final class RawServer: Sendable {
  /// Milliseconds that are no end: the client goes, or the server is stopped, before them.
  static let forever: CInt = -1

  /// `POLLRDHUP`, which Swift doesn't import.
  private static let clientGone: Int16 = 0x2000

  let url: URL
  private let listener: CInt
  private let bytesSent = Atomic<Int>(0)
  private let connectionCount = Atomic<Int>(0)
  private let accepted = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  /// Connections that are open. Their threads close them while they hold the lock, so that no number
  /// is shut down that is another file's by then.
  private let open = Mutex<Set<CInt>>([])

  /// - Parameters:
  ///   - pieces: Sent one after the other; the last one again and again if `repeats`.
  ///   - pause: Milliseconds before each but the first.
  init(_ pieces: [[UInt8]], pause: CInt = 0, repeats: Bool = false) throws {
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isOpen = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isOpen,
      let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    else {
      close(listener)
      throw CocoaError(.fileReadUnknown)
    }
    self.url = url
    Thread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        _ = open.withLock { $0.insert(connection) }
        connectionCount.add(1, ordering: .relaxed)
        accepted.signal()
        Thread { [self] in
          serve(connection, pieces, pause, repeats)
          open.withLock {
            $0.remove(connection)
            close(connection)
          }
        }.start()
      }
      ended.signal()
    }.start()
  }

  /// What the server could send.
  var sent: Int { bytesSent.load(ordering: .relaxed) }

  /// How many clients have connected so far.
  var connections: Int { connectionCount.load(ordering: .relaxed) }

  /// Waits for so many more connections and breaks off all that are open.
  func hangUp(_ count: Int) {
    for _ in 0..<count { accepted.wait() }
    breakOff()
  }

  /// Refuses connections from now on, and breaks off those that are open. To be called once.
  func stop() {
    shutdown(listener, CInt(SHUT_RDWR))
    // Before that, the thread would go on with whichever file got the number next.
    ended.wait()
    close(listener)
    breakOff()
  }

  private func breakOff() {
    open.withLock { for connection in $0 { shutdown(connection, CInt(SHUT_RDWR)) } }
  }

  private func serve(_ connection: CInt, _ pieces: [[UInt8]], _ pause: CInt, _ repeats: Bool) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
    var index = 0
    while index < pieces.count || repeats {
      if index > 0, pause != 0 {
        // Shorter if the connection ends.
        var news = pollfd(fd: connection, events: Self.clientGone, revents: 0)
        guard poll(&news, 1, pause) == 0 else { return }
      }
      let piece = pieces[min(index, pieces.count - 1)]
      var rest = piece[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        bytesSent.add(count, ordering: .relaxed)
        rest = rest.dropFirst(count)
      }
      index += 1
    }
  }
}
