import Foundation

/// A blocking client on a socket of its own. Every wait is bounded by the socket's time limits.
final class Client {
  private let socket: Int32
  private var received: [UInt8] = []

  struct Failure: Error { var what: String }

  struct Answer {
    var status: Int
    var head: String
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard number >= 0 else { throw Failure(what: "socket") }
    socket = number
    if var size = receiveBuffer {
      setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: Gate.secondsMax, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(what: "connect: \(errno)") }
  }

  deinit { close(socket) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          socket, buffer.baseAddress?.advanced(by: offset), bytes.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(what: "send: \(errno)") }
      offset += count
    }
  }

  func shutDownOutput() { _ = shutdown(socket, Int32(SHUT_WR)) }

  /// Makes the close a reset, as a process that is killed with unread input does.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
  }

  func answer() throws -> Answer {
    let separator: [UInt8] = [13, 10, 13, 10]
    var end = received.firstRange(of: separator)
    while end == nil {
      guard try fill() else { throw Failure(what: "closed inside a head") }
      end = received.firstRange(of: separator)
    }
    guard let end else { throw Failure(what: "no head") }
    let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
    let parts = head.split(separator: " ", maxSplits: 2)
    guard parts.count >= 2, let status = Int(parts[1]) else { throw Failure(what: head) }
    var length = 0
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
      length = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
    }
    while received.count < end.upperBound + length {
      guard try fill() else { throw Failure(what: "closed inside a body") }
    }
    let body = Array(received[end.upperBound..<end.upperBound + length])
    received.removeFirst(end.upperBound + length)
    return Answer(status: status, head: head, body: body)
  }

  func exchange(_ text: String) throws -> Answer {
    try send(text)
    return try answer()
  }

  /// Whether the server closes without another byte.
  func isClosedByServer() -> Bool {
    if !received.isEmpty { return false }
    return (try? fill()) == false
  }

  private func fill() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &buffer, buffer.count, 0)
    if count < 0, errno == ECONNRESET { return false }
    guard count >= 0 else { throw Failure(what: "receive: \(errno)") }
    received += buffer[..<count]
    return count > 0
  }
}

extension [UInt8] {
  func firstRange(of pattern: [UInt8]) -> Range<Int>? {
    guard count >= pattern.count else { return nil }
    return (0...(count - pattern.count)).first { self[$0...].starts(with: pattern) }
      .map { $0..<$0 + pattern.count }
  }
}
