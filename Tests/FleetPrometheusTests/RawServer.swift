import Foundation
import Synchronization

/// A server that answers every connection with given bytes, whatever it is asked, in pieces: what an
/// engine gone wrong looks like.
final class RawServer: Sendable {
  let url: URL
  private let listener: CInt
  private let bytesSent = Atomic<Int>(0)

  /// - Parameters:
  ///   - pieces: Sent one after the other; the last one again and again if `repeats`.
  ///   - pause: Seconds before each but the first.
  init(_ pieces: [[UInt8]], pause: Double = 0, repeats: Bool = false) throws {
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
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
    else { throw CocoaError(.fileReadUnknown) }
    self.url = url
    Thread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread { [self] in serve(connection, pieces, pause, repeats) }.start()
      }
    }.start()
  }

  /// What the server could send.
  var sent: Int { bytesSent.load(ordering: .relaxed) }

  func stop() {
    shutdown(listener, CInt(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: CInt, _ pieces: [[UInt8]], _ pause: Double, _ repeats: Bool) {
    defer { close(connection) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
    var index = 0
    while index < pieces.count || repeats {
      if index > 0, pause > 0 { Thread.sleep(forTimeInterval: pause) }
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
