import Bytes
import HTTPTypes

/// Writes answers as HTTP/1.1 (RFC 9112 §4). Whatever a field's value holds, no CR or LF of it
/// reaches the wire.
enum ResponseEncoder {
  /// What the end of a head says of the connection (RFC 9112 §9.6).
  enum ConnectionOption {
    /// 1.1 keeps connections anyway: nothing is said.
    case implicit
    case keepAlive
    case close
  }

  static let interimContinue = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
  private static let keepAliveLine = Array("Connection: keep-alive\r\n".utf8)
  private static let requestIDName = Array("X-Request-Id: ".utf8)
  private static let closeLine = Array("Connection: close\r\n".utf8)

  /// Neither 204 nor 304 has a body (RFC 9110 §15.3.5, §15.4.5).
  static func allowsBody(_ status: HTTPResponse.Status) -> Bool {
    status.code != 204 && status.code != 304
  }

  /// Appends status line and fields, without `Date`, `Connection` and the empty line.
  static func appendHead(of response: Response, to output: inout [UInt8]) {
    // A final answer with an interim status would leave the client waiting for another one.
    let isFinal = (200...999).contains(response.status.code)
    let status = isFinal ? response.status : .internalServerError
    output.append(contentsOf: "HTTP/1.1 ".utf8)
    append(status.code, to: &output)
    output.append(ASCII.space)
    append(status.reasonPhrase, to: &output)
    appendLineEnd(to: &output)
    for field in response.fields where !isConnectionBusiness(field.name.canonicalName) {
      output.append(contentsOf: field.name.rawName.utf8)
      output.append(ASCII.colon)
      output.append(ASCII.space)
      append(field.value, to: &output)
      appendLineEnd(to: &output)
    }
    if allowsBody(status) {
      output.append(contentsOf: "Content-Length: ".utf8)
      append(response.body.count, to: &output)
      appendLineEnd(to: &output)
    }
  }

  /// Appends `Date`, `X-Request-Id`, `Connection` if need be, and the empty line.
  @inline(__always)
  static func appendHeadEnd(
    _ option: ConnectionOption, date: HTTPDate, id: RequestID, to output: inout [UInt8]
  ) {
    output.append(contentsOf: date.line)
    output.append(contentsOf: requestIDName)
    id.append(to: &output)
    appendLineEnd(to: &output)
    switch option {
    case .implicit: break
    case .keepAlive: output.append(contentsOf: keepAliveLine)
    case .close: output.append(contentsOf: closeLine)
    }
    appendLineEnd(to: &output)
  }

  /// Fields that only the connection can set rightly (RFC 9110 §7.6.1).
  private static func isConnectionBusiness(_ name: String) -> Bool {
    switch name {
    case "connection", "content-length", "date", "keep-alive", "proxy-connection", "trailer",
      "transfer-encoding", "upgrade", "x-request-id":
      true
    default: false
    }
  }

  @inline(__always)
  private static func appendLineEnd(to output: inout [UInt8]) {
    output.append(ASCII.carriageReturn)
    output.append(ASCII.lineFeed)
  }

  /// Text with every control octet but tab replaced by a space: no line can be broken.
  private static func append(_ text: String, to output: inout [UInt8]) {
    for octet in text.utf8 {
      let isControl = (octet < ASCII.space && octet != ASCII.tab) || octet == ASCII.delete
      output.append(isControl ? ASCII.space : octet)
    }
  }

  private static func append(_ number: Int, to output: inout [UInt8]) {
    output.append(contentsOf: String(number).utf8)
  }
}
