import HTTPTypes

@testable import HTTPWire

/// A connection from its first byte to its close: answers that a client can read, no more of them
/// than requests, the same ones however the bytes come, and an end.
func fuzzConversation(_ bytes: [UInt8]) {
  var small = Limits()
  small.bodyBytes = 64
  small.unwantedBodyBytes = 16
  small.lingerBytes = 32
  small.collectedBytes = 100
  small.outputHighWaterBytes = 200
  for limits in [Limits(), small] {
    let whole = Client(EchoHandler(), limits)
    whole.talk([bytes])
    whole.hangUp()
    for ends in waysToCut(bytes) {
      let cut = Client(EchoHandler(), limits)
      cut.talk(pieces(bytes, endingAt: ends))
      cut.hangUp()
      // Whether a client that waits for 100 has sent its body yet is a matter of timing.
      guard !whole.handler.sawExpectation else { continue }
      require(
        cut.answers == whole.answers, "\(cut.answers) in pieces, \(whole.answers) as a whole")
    }
    // A client that reads slowly, work that takes its time, a drain, and time that goes by.
    var random = Seeded(bytes)
    let slow = Client(EchoHandler(), limits)
    slow.window = Int.random(in: 1...300, using: &random)
    slow.delaysWork = true
    slow.talk(pieces(bytes, endingAt: waysToCut(bytes)[2]), random: &random)
    slow.hangUp()
  }
}

/// `POST` and `PUT` echo their body; paths choose between the other ways of answering.
struct EchoHandler: RequestHandler {
  private static let page = PreparedResponse(Response(status: .ok, body: Array("page".utf8)))
  private(set) var sawExpectation = false

  mutating func receive(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Reception {
    if head.expectsContinue { sawExpectation = true }
    let path = bytes.text(head.path) ?? "?"
    if path.hasPrefix("/r") { return .respond(Response(status: .notFound)) }
    switch head.method {
    case .post, .put:
      if path.hasPrefix("/d") {
        return .collectDeferred(limit: 1_000) { body, _, responder in
          responder.respond(Response(status: .ok, body: body.joined))
          responder.respond(Response(status: .badRequest))
        }
      }
      if path.hasPrefix("/n") { return .collectDeferred(limit: 1_000) { _, _, _ in } }
      return .collect(limit: 1_000) { body, _ in Response(status: .ok, body: body.joined) }
    default: break
    }
    if path.hasPrefix("/p") { return .prepared(Self.page) }
    if path.hasPrefix("/w") { return .work { _ in Response(status: .ok, body: Array("w".utf8)) } }
    do {
      let request = try Request(head, in: bytes)
      var fields = HTTPFields()
      // Whatever a client sends, it can't end a line of an answer.
      fields[.location] = request.path.joined() + request.query.map(\.value).joined()
      return .respond(Response(status: .ok, fields: fields, body: Array(path.utf8)))
    } catch {
      return .respond(error.refusal.response())
    }
  }
}
