/// What a connection may take: one number for every buffer, count and time, with its unit in the
/// name. The defaults are those of the contract.
public struct Limits: Sendable, Equatable {
  /// Bytes of a request line without its CRLF; more is answered with 414.
  public var requestLineBytes = 8 * 1024
  /// Bytes of all field lines of a head together, line ends included; more is answered with 431.
  public var fieldsBytes = 32 * 1024
  /// Field lines of a head; more is answered with 431.
  public var fieldsCount = 100
  /// Bytes of a decoded body, whatever a handler allows; more is answered with 413.
  public var bodyBytes = 64 * 1024 * 1024
  /// Bytes of memory that the bodies of all connections take together while they arrive, wait or
  /// are worked on; more is answered with 503.
  public var collectedBytes = 512 * 1024 * 1024
  /// Bytes of all chunk extensions of a body together; more is answered with 400.
  public var chunkExtensionBytes = 4 * 1024
  /// Bytes of chunk framing allowed beyond four times the data; more is answered with 400. It stops
  /// bodies made of millions of one-byte chunks.
  public var chunkOverheadBytes = 16 * 1024
  /// Bytes of a trailer section, which is read and dropped; more is answered with 431.
  public var trailerBytes = 8 * 1024
  /// Bytes of an unwanted body that are read and dropped to keep a connection; beyond, it closes.
  public var unwantedBodyBytes = 64 * 1024
  /// Bytes of answers waiting to be sent above which no further request is started or read.
  public var outputHighWaterBytes = 256 * 1024

  /// Time from the first byte of a head to its end; then 408.
  public var headerMilliseconds: Int64 = 10_000
  /// Time without a byte in either direction; then the connection closes.
  public var idleMilliseconds: Int64 = 60_000
  /// Time that a body or an answer may fall behind the minimum rate, at its start and at any later
  /// point: also the longest pause in it.
  public var paceGraceMilliseconds: Int64 = 10_000
  /// The slowest body that is read, and the slowest reader that is written to.
  public var minimumBytesPerSecond: Int64 = 1024
  /// Time that unread input is discarded after the last answer, so that the client can read it.
  public var lingerMilliseconds: Int64 = 10_000
  /// Time without a byte after which lingering ends.
  public var lingerIdleMilliseconds: Int64 = 2_000
  /// Bytes that are discarded while lingering.
  public var lingerBytes = 128 * 1024 * 1024
  /// Time that requests in flight may take after a drain began.
  public var drainMilliseconds: Int64 = 9_000

  /// Connections of the whole server; beyond, 503 and close.
  public var connections = 10_000

  /// The limits of the contract.
  public init() {}

  /// Bytes that the longest allowed head can take.
  var headBytes: Int {
    // Ranges of a head are Int32, so a setting can't push a head beyond that.
    let sum = requestLineBytes.addingReportingOverflow(fieldsBytes)
    return sum.overflow ? 1 << 30 : min(sum.partialValue, 1 << 30) &+ 16
  }
}
