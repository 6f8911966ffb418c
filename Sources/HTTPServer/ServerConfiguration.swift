import Foundation
public import HTTPWire

/// What a server is started with.
public struct ServerConfiguration: Sendable {
  /// The host name or address to listen on.
  public var host = "127.0.0.1"
  /// The port to listen on; 0 for any that is free.
  public var port: UInt16 = 0
  /// Reactor threads; 0 for one per core.
  public var threads = 0
  /// Worker threads for requests with a body; as many again answer those without one that take time.
  public var workers = 4
  /// Requests of either kind that may wait for a worker; beyond, 503.
  public var workQueueDepth = 256
  /// What a connection may take.
  public var limits = Limits()
  /// Counts what the server does; of one server only.
  public var meter = ServerMeter()
  /// Is told of what the server refuses itself; nil for nobody.
  public var refusalLog: (any RefusalLog)?

  /// 127.0.0.1, any free port, one thread per core.
  public init() {}

  var threadCount: Int {
    threads > 0 ? min(threads, 1_024) : max(1, ProcessInfo.processInfo.activeProcessorCount)
  }
}

/// Where a server listens.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
  /// The numeric address.
  public var host: String
  /// The port, never 0.
  public var port: UInt16

  /// `127.0.0.1:8080`, `[::1]:8080`.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// Why a server could not start: what was tried, on what, why it failed, and what helps.
public struct ServerError: Error, Sendable, CustomStringConvertible {
  /// What was tried: `listen`, `find the address`.
  public var operation: String
  /// On what: `127.0.0.1:8080`.
  public var subject: String
  /// Why it failed.
  public var reason: String
  /// What to do about it; nil if nothing is known.
  public var hint: String?

  /// One line: `cannot listen on 127.0.0.1:80: Permission denied. Ports below 1024 …`
  public var description: String {
    let line = "cannot \(operation) \(subject): \(reason)"
    guard let hint else { return line }
    return "\(line). \(hint)"
  }

  /// An error of a system call, with `errno` as it was right after the call.
  static func system(_ operation: String, _ subject: String, code: Int32) -> ServerError {
    let hint: String? =
      switch code {
      case EADDRINUSE: "Another program uses this port. Choose another with --port."
      case EACCES: "Ports below 1024 need a privilege. Choose another with --port."
      case EADDRNOTAVAIL: "This machine does not have that address. Choose another with --host."
      case EMFILE, ENFILE: "Too few file descriptors. Raise the limit with ulimit -n."
      default: nil
      }
    return ServerError(
      operation: operation, subject: subject, reason: String(cString: strerror(code)), hint: hint)
  }
}
