import CLinux
import Foundation
import Synchronization
import System

/// Listening sockets: one per reactor on the same address, so that the kernel spreads connections
/// over them (SO_REUSEPORT) and no lock is shared.
enum Listener {
  /// Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn.
  static let backlog = 4_096
  /// Bytes of an answer that the kernel takes beyond what is on its way already.
  private static let unsentBytes: Int32 = 128 * 1_024

  static func open(
    host: String, port: UInt16, count: Int
  ) throws(ServerError) -> (sockets: [ListeningSocket], address: ServerAddress) {
    let subject = host.contains(":") ? "on [\(host)]:\(port)" : "on \(host):\(port)"
    var endpoint = try Endpoint.resolve(host: host, port: port, subject: subject)
    if port != 0 {
      // With SO_REUSEPORT a second server of the same user would quietly take half of the
      // connections: find out first, without it, whether the address is free.
      _ = try bound(to: endpoint, sharing: false, subject: subject)
    }
    var sockets: [ListeningSocket] = []
    for _ in 0..<count {
      let socket = try bound(to: endpoint, sharing: true, subject: subject)
      guard listen(socket.number, Int32(backlog)) == 0 else {
        throw .system("listen", subject, code: errno)
      }
      // The first socket settles the port if any was asked for.
      if sockets.isEmpty { endpoint = Endpoint(ofSocket: socket.number) ?? endpoint }
      sockets.append(ListeningSocket(socket))
    }
    return (sockets, endpoint.address)
  }

  private static func bound(
    to endpoint: Endpoint, sharing: Bool, subject: String
  ) throws(ServerError) -> FileDescriptor {
    let number = clinux_stream_socket(endpoint.family)
    guard number >= 0 else { throw .system("open a socket", subject, code: errno) }
    let descriptor = FileDescriptor(owning: number)
    setOption(number, SOL_SOCKET, SO_REUSEADDR)
    if sharing { setOption(number, SOL_SOCKET, SO_REUSEPORT) }
    // Accepted sockets inherit both. Without the first Nagle's algorithm and delayed acknowledgements hold
    // answers back for 40 ms.
    setOption(number, Int32(IPPROTO_TCP), TCP_NODELAY)
    // The second keeps the kernel from taking megabytes for a slow reader, whose pace could then
    // not be seen for minutes.
    setOption(number, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, unsentBytes)
    guard endpoint.bind(number) == 0 else { throw .system("listen", subject, code: errno) }
    return descriptor
  }

  private static func setOption(
    _ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32 = 1
  ) {
    var value = value
    _ = setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}

/// A listening socket on its way to its reactor, which takes it and alone closes it.
final class ListeningSocket: Sendable {
  private let descriptor: Mutex<FileDescriptor?>

  init(_ descriptor: consuming FileDescriptor) {
    self.descriptor = Mutex(descriptor)
  }

  /// The socket, once.
  func take() -> FileDescriptor? { descriptor.withLock { $0.take() } }
}

/// A socket address of IPv4 or IPv6.
struct Endpoint {
  private var storage = sockaddr_storage()
  private var length = socklen_t(0)

  var family: Int32 { Int32(storage.ss_family) }

  /// The first address of a host name, or the address itself.
  static func resolve(
    host: String, port: UInt16, subject: String
  ) throws(ServerError) -> Endpoint {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    // What looks like an address is none of a name server's business, even if it is a wrong one.
    if host.contains(":") || host.allSatisfy({ $0 == "." || $0.isNumber }) {
      hints.ai_flags |= AI_NUMERICHOST
    }
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    guard code == 0, let first = found?.pointee, let address = first.ai_addr,
      Int(first.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
    else {
      throw ServerError(
        operation: "listen", subject: subject,
        reason: code == 0 ? "no address found" : String(cString: gai_strerror(code)),
        hint: "Give an address of this machine with --host, such as 127.0.0.1 or ::1.")
    }
    var endpoint = Endpoint()
    endpoint.length = first.ai_addrlen
    withUnsafeMutableBytes(of: &endpoint.storage) { bytes in
      bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen)))
    }
    return endpoint
  }

  private init() {}

  /// The address that a socket is bound to.
  init?(ofSocket number: Int32) {
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutableBytes(of: &storage) { bytes in
      getsockname(number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
    }
    guard result == 0 else { return nil }
    length = size
  }

  func bind(_ number: Int32) -> Int32 {
    withUnsafeBytes(of: storage) { bytes in
      Foundation.bind(number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length)
    }
  }

  /// The address in numbers.
  var address: ServerAddress {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let result = withUnsafeBytes(of: storage) { bytes in
      getnameinfo(
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length, &host,
        socklen_t(host.count), &service, socklen_t(service.count), NI_NUMERICHOST | NI_NUMERICSERV)
    }
    guard result == 0 else { return ServerAddress(host: "", port: 0) }
    return ServerAddress(host: Self.text(host), port: UInt16(Self.text(service)) ?? 0)
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
