/// A request to another server: POST if it has a body, else GET.
public struct ClientRequest: Sendable {
  /// With the scheme `http` or `https`, percent-encoded.
  public var url: String
  /// Sent as they are; a value with control characters fails the request.
  public var fields: [(name: String, value: String)]
  public var body: [UInt8]?

  public init(_ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
    self.url = url
    self.fields = fields
    self.body = body
  }
}

/// What a server answered.
public struct ClientAnswer: Sendable {
  public var status: Int
  /// The seconds of `Retry-After`; nil without the field, and where it says zero or can't be read.
  public var retryAfter: Int?
  /// Decompressed. Of an answer that is no success only the beginning, and what came of it where the
  /// rest did not come.
  public var body: [UInt8]

  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// Why there is no answer.
public enum ClientFailure: Error, Hashable {
  /// The request can't be sent as it is.
  case unsendable
  /// No connection, or it broke before the answer was whole.
  case unreachable(String)
  /// The answer was not whole within the time limit.
  case timedOut
  /// The answer has more bytes than it may.
  case tooLarge
  /// The answers that are under way hold all the memory that they may together.
  case noRoom
  /// The answer is not compressed as it says.
  case undecodable
  /// The client was stopped.
  case stopped
}

/// What a client may spend on a request.
public struct ClientLimits: Sendable {
  /// From the call to the last byte of the answer, the wait for a connection in it.
  public var time: Duration
  /// Connections at one time; further requests wait.
  public var connections: Int
  /// Of an answer that is a success, decompressed.
  public var answerBytes: Int
  /// Of any other answer, decompressed; what is beyond is not read.
  public var reasonBytes: Int
  /// Of all answers under way together, beyond 64 KiB of each: one that needs more fails with
  /// `noRoom`. To wait for the others instead could be to wait for each other.
  public var bytesTogether: Int

  public init(
    time: Duration, connections: Int = 16, answerBytes: Int, reasonBytes: Int = 16 << 10,
    bytesTogether: Int = 128 << 20
  ) {
    self.time = time
    self.connections = connections
    self.answerBytes = answerBytes
    self.reasonBytes = reasonBytes
    self.bytesTogether = bytesTogether
  }
}
