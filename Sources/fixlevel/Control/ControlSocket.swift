import Foundation
import Synchronization
import System
import UseCases

/// The Unix socket in the data directory through which commands of this machine reach the server.
///
/// The server is the only process that may write in the data directory, so that a command which has
/// something to write asks it. The socket's mode lets the server's user in and nobody else. One
/// request and one answer a connection, each one line of JSON.
enum ControlSocket {
  static let fileName = "fixlevel.sock"
  /// Bytes of a line.
  static let bytesMax = 16 * 1024
  /// How long either side waits for the other.
  static let secondsMax = 5

  /// Asks the server of a data directory; nil if none listens there.
  static func ask(_ request: TokenRequest, in directory: URL) throws -> TokenReply? {
    guard let socket = makeSocket() else { return nil }
    let line = Array(try JSONEncoder().encode(request))
    return try socket.withNumber { number in
      let isConnected = try withAddress(directory) { connect(number, $0, $1) == 0 }
      guard isConnected else { return nil }
      write(line, to: number)
      guard let line = readLine(number) else {
        return .refused("the server did not answer; fixlevel token list shows what it did")
      }
      return try JSONDecoder().decode(TokenReply.self, from: line)
    }
  }

  /// Nil where the system has no descriptor left; `errno` says why.
  static func makeSocket() -> FileDescriptor? {
    let number = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    return number >= 0 ? FileDescriptor(owning: number) : nil
  }

  /// Limits how long reads and writes of an accepted connection, or of a client's, may take.
  static func limitTime(_ descriptor: CInt) {
    var limit = timeval(tv_sec: secondsMax, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(
        descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// A socket's address has room for about a hundred bytes, less than a path may have: the folder goes
  /// by the number of an open descriptor.
  static func withAddress<Value>(
    _ directory: URL, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Value
  ) throws -> Value {
    guard let folder = FileDescriptor(opening: directory.path, O_RDONLY | O_DIRECTORY) else {
      throw StorageError(
        .inaccessible, "open", path: directory.path, reason: String(cString: strerror(errno)),
        hint: "name the data directory with --data-dir")
    }
    return try folder.withNumber { number in
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let path = Array("/proc/self/fd/\(number)/\(fileName)".utf8) + [0]
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
      return try withUnsafePointer(to: &address) {
        try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
  }

  static func write(_ line: [UInt8], to descriptor: CInt) {
    limitTime(descriptor)
    var rest = line + [UInt8(ascii: "\n")]
    while !rest.isEmpty {
      let count = send(descriptor, rest, rest.count, CInt(MSG_NOSIGNAL))
      if count <= 0 { return }
      rest.removeFirst(count)
    }
  }

  /// A line without its end; nil if none came in time, or a longer one.
  static func readLine(_ descriptor: CInt) -> Data? {
    limitTime(descriptor)
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while line.count <= bytesMax {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      line += buffer.prefix(count)
      if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Data(line.prefix(end)) }
    }
    return nil
  }
}

/// The server's end of the control socket: one thread, one connection at a time.
final class ControlServer: Sendable {
  private let listener: FileDescriptor
  private let path: String
  private let isStopping = Atomic<Bool>(false)
  private let thread = Mutex<NamedThread?>(nil)

  /// Listens and starts the thread. The caller holds the lock of the data directory: a socket that is
  /// there already is of a server that is gone.
  ///
  /// - Parameter answer: Called on the thread.
  /// - Throws: `StorageError`, `NoThreadError`.
  init(
    directory: URL, answer: @escaping @Sendable (TokenRequest) -> TokenReply
  ) throws {
    path = directory.appending(path: ControlSocket.fileName).path
    listener = try Self.listen(in: directory, path: path)
    let thread = try NamedThread.start(name: "control") { [self] in run(answer) }
    self.thread.withLock { $0 = thread }
  }

  private static func listen(in directory: URL, path: String) throws -> FileDescriptor {
    func failure(_ operation: String) -> StorageError {
      StorageError(
        .inaccessible, operation, path: path, reason: String(cString: strerror(errno)),
        hint: "check the permissions of the data directory")
    }
    guard let listener = ControlSocket.makeSocket() else { throw failure("make the socket") }
    unlink(path)
    try listener.withNumber { number in
      // No client can come before the mode is set: nothing listens yet.
      let isBound = try ControlSocket.withAddress(directory) { bind(number, $0, $1) == 0 }
      guard isBound, chmod(path, 0o600) == 0, Foundation.listen(number, 8) == 0 else {
        throw failure("listen on")
      }
    }
    return listener
  }

  /// Ends the thread behind the request it is at, and removes the socket. A second call does nothing.
  func stop() {
    guard let thread = thread.withLock({ $0.take() }) else { return }
    isStopping.store(true, ordering: .relaxed)
    shutdown(listener.number, CInt(SHUT_RDWR))
    _ = thread.join()
    unlink(path)
  }

  private func run(_ answer: (TokenRequest) -> TokenReply) {
    while !isStopping.load(ordering: .relaxed) {
      let number = accept(listener.number, nil, nil)
      guard number >= 0 else {
        // Out of descriptors, or the client has gone; later it may work.
        if !isStopping.load(ordering: .relaxed) { Thread.sleep(forTimeInterval: 0.1) }
        continue
      }
      FileDescriptor(owning: number).withNumber { serve($0, answer) }
    }
  }

  /// One request and its answer.
  private func serve(_ connection: CInt, _ answer: (TokenRequest) -> TokenReply) {
    guard let line = ControlSocket.readLine(connection) else { return }
    let reply =
      (try? JSONDecoder().decode(TokenRequest.self, from: line)).map(answer)
      ?? .refused("the server does not know this request; is it of another version?")
    if let bytes = try? JSONEncoder().encode(reply) {
      ControlSocket.write(Array(bytes), to: connection)
    }
  }
}
