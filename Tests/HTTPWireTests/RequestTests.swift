import Bytes
import HTTPTypes
import Testing

@testable import HTTPWire

@Suite("Requests as handlers see them")
struct RequestTests {
  /// Parses a head on its own, without a connection.
  private func parsed<Result>(
    _ text: String, _ body: (borrowing RequestHead, borrowing Span<UInt8>) throws -> Result
  ) throws -> Result {
    let bytes = Array(text.utf8)
    var parser = HeadParser()
    var head = RequestHead()
    guard case .complete = parser.advance(&head, in: bytes.span, limits: Limits()) else {
      throw Refusal.badRequest("not a complete head")
    }
    return try body(head, bytes.span)
  }

  private func request(_ target: String, _ fields: String = "") throws -> Request {
    try parsed("GET \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n") { head, bytes in
      try Request(head, in: bytes)
    }
  }

  @Test(
    "a path is decoded segment by segment",
    arguments: [
      ("/", []), ("/kb/Q179827", ["kb", "Q179827"]), ("/kb/", ["kb", ""]), ("//", ["", ""]),
      ("/caf%C3%A9/a%20b", ["café", "a b"]), ("/a+b", ["a+b"]), ("http://h/a?b", ["a"]),
      ("http://h", []), ("/%25", ["%"]), ("/...", ["..."]),
    ])
  func path(target: String, segments: [String]) throws {
    #expect(try request(target).path == segments)
  }

  @Test(
    "a query is decoded item by item",
    arguments: [
      ("/?a=1&b=2", ["a=1", "b=2"]), ("/?", []), ("/", []), ("/?a", ["a="]), ("/?a=b=c", ["a=b=c"]),
      ("/?&&a=1&&", ["a=1"]), ("/?a=x+y%2B%26", ["a=x y+&"]), ("/?%C3%A9=%E2%82%AC", ["é=€"]),
      ("/?a=1&a=2", ["a=1", "a=2"]), ("/?=", ["="]), ("/?a?b", ["a?b="]),
    ])
  func query(target: String, items: [String]) throws {
    #expect(try request(target).query.map { "\($0.name)=\($0.value)" } == items)
  }

  @Test(
    "a bad coding is named",
    arguments: [
      ("/%zz", RequestError.coding(.brokenEscape)), ("/%", .coding(.brokenEscape)),
      ("/?%1", .coding(.brokenEscape)), ("/%ff", .coding(.notUTF8)), ("/%c0%af", .coding(.notUTF8)),
      ("/%00", .coding(.encodedControl)), ("/?a=%00", .coding(.encodedControl)),
      ("/%0a", .coding(.encodedControl)), ("/%2f", .coding(.encodedSlash)),
      ("/..", .dotSegment), ("/a/%2e%2E/b", .dotSegment), ("/./", .dotSegment),
      ("/?" + String(repeating: "a&", count: 1_001), .tooManyQueryItems),
    ])
  func badCoding(target: String, error: RequestError) {
    #expect(throws: error) { try request(target) }
    #expect(error.refusal.status == .badRequest)
  }

  @Test("fields keep their order and their duplicates")
  func fieldOrder() throws {
    let fields = try request("/", "X-A: 1\r\nx-a:\t2 \r\nAccept: */*\r\n").fields
    #expect(fields.map(\.value) == ["h", "1", "2", "*/*"])
    #expect(fields[.accept] == "*/*")
  }

  @Test("a field is found by its name in any letter case, first match first")
  func fieldNames() throws {
    let text = "GET / HTTP/1.1\r\nHost: h\r\nIF-None-match: \"a\"\r\nif-none-match: \"b\"\r\n\r\n"
    try parsed(text) { head, bytes in
      let several = head.occurrence(of: "if-none-match", in: bytes)
      let host = head.occurrence(of: "host", in: bytes)
      let none = head.occurrence(of: "if-match", in: bytes)
      let first = head.value(of: "if-none-match", in: bytes) ?? 0..<0
      let isFirst = bytes.matches(first, Array("\"a\"".utf8))
      let other = head.value(of: "if-match", in: bytes)
      #expect(several == .repeated)
      #expect(host == .once(22..<23))
      #expect(none == .absent)
      #expect(isFirst)
      #expect(other == nil)
    }
  }

  @Test("ranges that lie outside are empty, not a trap")
  func rangesOutside() {
    let bytes: [UInt8] = [1, 2, 3]
    let octets = bytes.span.octets(1..<9)
    let matches = bytes.span.matches(1..<9, [2, 3])
    #expect(octets == [])
    #expect(!matches)
  }
}

@Suite("Answers on the wire")
struct ResponseTests {
  private func answer(_ response: Response) -> [UInt8] {
    var output: [UInt8] = []
    ResponseEncoder.appendHead(of: response, to: &output)
    ResponseEncoder.appendHeadEnd(.implicit, date: HTTPDate(unixSeconds: 0), id: .none, to: &output)
    return output
  }

  @Test("a line break in a field or a reason never reaches the wire")
  func lineBreaks() throws {
    let name = try #require(HTTPField.Name("X-Note"))
    var response = Response(status: .init(code: 299, reasonPhrase: "a\r\nSet-Cookie: b"))
    response.fields.append(HTTPField(name: name, value: "a\r\nSet-Cookie: b\u{0}c"))
    let text = String(decoding: answer(response), as: UTF8.self)
    #expect(text.split(separator: "\r\n").count == 5)
    #expect(!text.contains("\r\nSet-Cookie"))
    #expect(!text.contains("\0"))
  }

  @Test("an answer cannot set what is the connection's business")
  func connectionFields() {
    let fields: HTTPFields = [
      .contentLength: "99", .connection: "upgrade", .transferEncoding: "chunked", .date: "never",
      .server: "s",
    ]
    let text = String(
      decoding: answer(Response(status: .ok, fields: fields, body: [1, 2])), as: UTF8.self)
    #expect(
      text == "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2\r\n"
        + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-Request-Id: 0000000000000000\r\n\r\n")
  }

  @Test("an answer without content has no length", arguments: [204, 304])
  func noContent(code: Int) {
    let text = String(
      decoding: answer(Response(status: .init(code: code), body: [1])), as: UTF8.self)
    #expect(!text.contains("Content-Length"))
    #expect(PreparedResponse(Response(status: .init(code: code), body: [1])).body.isEmpty)
  }

  @Test("an interim status is not an answer")
  func interim() {
    let text = String(decoding: answer(Response(status: .continue)), as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 500 "))
  }

  @Test("a refusal escapes what JSON must escape")
  func refusalEscapes() {
    let body = Refusal(.badRequest, "a \"b\" \\ \n").response().body
    #expect(String(decoding: body, as: UTF8.self).contains(#""detail":"a \"b\" \\ \n""#))
    #expect(Refusal.busy.response().fields[.retryAfter] == "1")
  }
}
