import HTTPTypes
import Synchronization

@testable import HTTPWire

/// What the tests' application does: `POST` and `PUT` collect and echo, `/later` when the test says,
/// `/work` works, `/page` is prepared, `/big` has a large answer, all else answers with its own path.
struct EchoHandler: RequestHandler {
  static let page = PreparedResponse(Response(status: .ok, body: Array("page".utf8)))
  var heads = 0
  var bodyLimit = 1 << 20
  /// Who owes the answers of `/later`.
  let later = Later()

  /// Bodies that are answered later, and their responders.
  final class Later: Sendable {
    private let owed = Mutex<[(responder: Responder, body: [UInt8])]>([])

    var count: Int { owed.withLock { $0.count } }

    func add(_ responder: Responder, _ body: [UInt8]) {
      owed.withLock { $0.append((responder, body)) }
    }

    /// Echoes what is owed, `times` times each.
    func answer(times: Int = 1) {
      for (responder, body) in take() {
        for _ in 0..<times { responder.respond(Response(status: .ok, body: body)) }
      }
    }

    func drop() { _ = take() }

    private func take() -> [(responder: Responder, body: [UInt8])] {
      owed.withLock { owed in
        defer { owed = [] }
        return owed
      }
    }
  }

  mutating func receive(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Reception {
    heads += 1
    let path = bytes.text(head.path) ?? "?"
    switch head.method {
    case .post, .put:
      if path == "/refuse" { return .respond(Response(status: .notFound)) }
      if path == "/later" {
        return .collectDeferred(limit: bodyLimit) { [later] body, _, responder in
          later.add(responder, body.joined)
        }
      }
      return .collect(limit: bodyLimit) { body, _ in Response(status: .ok, body: body.joined) }
    default: break
    }
    switch path {
    case "/page": return .prepared(Self.page)
    case "/work": return .work { _ in Response(status: .ok, body: Array("work".utf8)) }
    case "/empty": return .respond(Response(status: .noContent))
    case "/big":
      return .respond(Response(status: .ok, body: [UInt8](repeating: 0x62, count: 100_000)))
    case "/bye":
      var response = Response(status: .ok)
      response.closesConnection = true
      return .respond(response)
    default:
      do {
        let request = try Request(head, in: bytes)
        return .respond(
          Response(status: .ok, body: Array(request.path.joined(separator: "|").utf8)))
      } catch {
        return .respond(error.refusal.response())
      }
    }
  }
}

/// Drives a conversation as a reactor would, with a time of its own and no socket.
final class Driver {
  let budget: BodyBudget
  var conversation: Conversation
  var handler = EchoHandler()
  var time = TimeReading(
    now: MonotonicTime(milliseconds: 1_000), date: HTTPDate(unixSeconds: 784_111_777))
  var output: [UInt8] = []
  var isClosed = false
  var isShutDown = false
  /// Work is kept instead of being run at once.
  var holdsWork = false
  var held: [Work] = []
  /// Answers on their way to the conversation.
  private let answered = Inbox()
  /// How many bytes the client's side still takes; nil for any number.
  var window: Int?
  /// Nil: the conversation has to do with memory of its own.
  var buffers: TurnBuffers?

  init(limits: Limits = Limits(), lendsBuffers: Bool = true, meter: WireMeter = WireMeter()) {
    budget = BodyBudget(limits: limits)
    conversation = Conversation(
      limits: limits, budget: budget, meter: meter, now: MonotonicTime(milliseconds: 1_000))
    buffers = lendsBuffers ? TurnBuffers(limits: limits) : nil
  }

  var wantsInput: Bool { conversation.wantsInput }
  var pendingOutputBytes: Int { conversation.pendingOutputBytes }
  var deadline: MonotonicTime { conversation.deadline }

  func feed(_ text: String) { feed(Array(text.unicodeScalars.map { UInt8($0.value & 0xFF) })) }

  func feed(_ bytes: [UInt8]) {
    var rest = bytes[...]
    repeat {
      turn {
        guard conversation.wantsInput else {
          rest = []
          return
        }
        let count = conversation.read(at: time) { free in
          let part = rest.prefix(free.count)
          free.copyBytes(from: part)
          return part.count
        }
        rest = rest.dropFirst(count)
      }
    } while !rest.isEmpty && !isClosed
  }

  func end() {
    turn { conversation.inputEnded() }
  }

  func advance(_ milliseconds: Int64) {
    time.now = time.now.advanced(byMilliseconds: milliseconds)
    if conversation.deadline <= time.now { turn { conversation.expire(at: time) } }
  }

  func finishHeld() {
    let works = held
    held = []
    for work in works { turn { run(work) } }
  }

  /// There is no room for the held work.
  func refuseHeld(_ refusal: Refusal) {
    held = []
    turn { conversation.finish(refusing: refusal, at: time) }
  }

  /// Gives the answers of `/later`, or whatever `body` does to them.
  func answerLater(_ body: (EchoHandler.Later) -> Void = { $0.answer() }) {
    body(handler.later)
    turn { deliver() }
  }

  private func run(_ work: Work) {
    work.run { [answered] in answered.add($0) }
    deliver()
  }

  private func deliver() {
    for response in answered.take() { conversation.finish(response, at: time) }
  }

  func drain() { turn { conversation.drain() } }

  func resume(window: Int?) {
    self.window = window
    turn {}
  }

  private func turn(_ body: () -> Void) {
    guard !isClosed else { return }
    if var lent = buffers.take() {
      conversation.borrow(&lent)
      buffers = lent
    }
    body()
    while true {
      while let work = conversation.proceed(with: &handler, at: time) {
        if holdsWork {
          held.append(work)
        } else {
          run(work)
        }
      }
      let wasStalled = conversation.isStalled
      _ = conversation.write(at: time) { pending in
        let count = min(window ?? pending.count, pending.count)
        for offset in 0..<count { output.append(pending[offset]) }
        if let window { self.window = window - count }
        return count
      }
      if !wasStalled || conversation.isStalled { break }
    }
    switch conversation.settle(at: time) {
    case .stayOpen: break
    case .shutDownOutput: isShutDown = true
    case .close: isClosed = true
    }
    if var lent = buffers.take() {
      conversation.giveBack(&lent)
      buffers = lent
    }
  }

  /// Whether the connection takes another request.
  var isOpen: Bool { !isClosed && !isShutDown }

  var answers: [Answer] { Answer.all(in: output) }
  var statuses: [Int] { answers.map(\.status) }
}

/// Answers that another thread may give.
final class Inbox: Sendable {
  private let responses = Mutex<[Response]>([])

  func add(_ response: Response) { responses.withLock { $0.append(response) } }

  func take() -> [Response] {
    responses.withLock { responses in
      defer { responses = [] }
      return responses
    }
  }
}

/// An answer as a client reads it.
struct Answer: Equatable {
  var status: Int
  var fields: [String: String]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  /// Answers to HEAD must be asked for as such, because their length says nothing of their body.
  static func all(in bytes: [UInt8], toHead: Bool = false) -> [Answer] {
    var answers: [Answer] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let (answer, next) = first(in: rest, toHead: toHead) else {
        answers.append(Answer(status: -1, fields: [:], body: Array(rest)))
        break
      }
      answers.append(answer)
      rest = next
    }
    return answers
  }

  private static func first(
    in bytes: ArraySlice<UInt8>, toHead: Bool
  ) -> (Answer, ArraySlice<UInt8>)? {
    var end = bytes.startIndex
    while end + 3 < bytes.endIndex {
      if bytes[end] == 13, bytes[end + 1] == 10, bytes[end + 2] == 13, bytes[end + 3] == 10 {
        break
      }
      end += 1
    }
    guard end + 3 < bytes.endIndex else { return nil }
    let lines = bytes[bytes.startIndex..<end].split(separator: 13).map {
      String(decoding: $0.drop { $0 == 10 }, as: UTF8.self)
    }
    let parts = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard parts.count >= 2, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let name = line[..<colon].lowercased()
      // A repeated field would be a bug of the encoder.
      guard fields[name] == nil else { return nil }
      fields[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    let length = toHead ? 0 : Int(fields["content-length"] ?? "0") ?? 0
    let start = end + 4
    guard bytes.endIndex - start >= length else { return nil }
    let answer = Answer(
      status: status, fields: fields, body: Array(bytes[start..<start + length]))
    return (answer, bytes[(start + length)...])
  }
}

/// A generator whose whole run follows from its seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
