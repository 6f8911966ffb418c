import Bytes

/// What the fields of a head say about host, framing and connection, gathered as they arrive and
/// judged together at the end.
struct FramingFacts: Sendable {
  private var hosts = 0
  private var length: Int?
  private var isChunked = false
  private var transferEncodings = 0
  private var saysClose = false
  private var saysKeepAlive = false
  private var expectsContinue = false
  private var requestIDs = 0
  private var requestID: Range<Int32>?

  init() {}

  mutating func note(
    _ field: RequestHead.Field, in bytes: borrowing Span<UInt8>, version: RequestHead.Version
  ) throws(Refusal) {
    let name = field.name.offsets
    let value = field.value.offsets
    switch name.count {
    case 4 where bytes.matches(name, ignoringCase: "host"):
      hosts += 1
      guard hosts == 1, Authority.isValid(value, in: bytes) else {
        throw .badRequest("The Host field is not one valid host.")
      }
    case 6 where bytes.matches(name, ignoringCase: "expect"):
      try noteExpectation(value, in: bytes, version: version)
    case 10 where bytes.matches(name, ignoringCase: "connection"):
      noteConnection(value, in: bytes)
    case 12 where bytes.matches(name, ignoringCase: "x-request-id"):
      requestIDs += 1
      requestID = RequestID.isWellFormed(value, in: bytes) ? field.value : nil
    case 14 where bytes.matches(name, ignoringCase: "content-length"):
      try noteLength(value, in: bytes)
    case 17 where bytes.matches(name, ignoringCase: "transfer-encoding"):
      try noteTransferEncoding(value, in: bytes)
    default: break
    }
  }

  /// Judges what was gathered once the head is complete (RFC 9112 §3.2, §6.3, §9.3).
  func settle(_ head: inout RequestHead) throws(Refusal) {
    guard hosts == 1 || head.version == .http10 else {
      throw .badRequest("The Host field is missing.")
    }
    if transferEncodings > 0 {
      // A proxy in between may have believed the other one: refuse and close (RFC 9112 §6.1).
      guard length == nil else {
        throw .badRequest("Content-Length and Transfer-Encoding exclude each other.")
      }
      guard head.version == .http11 else {
        throw .badRequest("HTTP/1.0 has no Transfer-Encoding.")
      }
      guard isChunked else { throw .transferCoding }
      head.framing = .chunked
    } else if let length, length > 0 {
      head.framing = .length(length)
    } else {
      head.framing = .none
    }
    head.keepAlive = !saysClose && (head.version == .http11 || saysKeepAlive)
    head.expectsContinue = expectsContinue && head.framing != .none
    head.givenID = requestIDs == 1 ? requestID : nil
  }

  /// Digits only, one value; a repeated equal value is harmless (RFC 9110 §8.6).
  private mutating func noteLength(
    _ value: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(Refusal) {
    guard !value.isEmpty, value.count <= 19 else {
      throw .badRequest("Content-Length is not a number of bytes.")
    }
    var total = 0
    for offset in value {
      let (tens, overflow) = total.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[offset] &- ASCII.zero))
      guard bytes[offset].isDigit, !overflow, !carry else {
        throw .badRequest("Content-Length is not a number of bytes.")
      }
      total = sum
    }
    guard length == nil || length == total else {
      throw .badRequest("Content-Length is given twice with different values.")
    }
    length = total
  }

  /// Exactly `chunked`, once; what else the value may be is refused when the head is complete.
  private mutating func noteTransferEncoding(
    _ value: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(Refusal) {
    transferEncodings += 1
    guard transferEncodings == 1, !value.isEmpty else {
      throw .badRequest("Transfer-Encoding is empty or given twice.")
    }
    isChunked = bytes.matches(value, ignoringCase: "chunked")
  }

  /// HTTP/1.0 knows no expectations: there the field is ignored (RFC 9110 §10.1.1).
  private mutating func noteExpectation(
    _ value: Range<Int>, in bytes: borrowing Span<UInt8>, version: RequestHead.Version
  ) throws(Refusal) {
    guard version == .http11 else { return }
    guard bytes.matches(value, ignoringCase: "100-continue") else { throw .expectation }
    expectsContinue = true
  }

  private mutating func noteConnection(_ value: Range<Int>, in bytes: borrowing Span<UInt8>) {
    var start = value.lowerBound
    while start <= value.upperBound {
      var end = start
      while end < value.upperBound, bytes[end] != ASCII.comma { end += 1 }
      let option = bytes.trimmed(start..<end)
      if bytes.matches(option, ignoringCase: "close") { saysClose = true }
      if bytes.matches(option, ignoringCase: "keep-alive") { saysKeepAlive = true }
      start = end + 1
    }
  }
}
