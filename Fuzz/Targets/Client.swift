import Foundation
import Synchronization

@testable import HTTPWire

/// The other side of a connection: sends bytes, reads answers, and checks on the way that the
/// connection does what it says.
final class Client<Handler: RequestHandler> {
  private(set) var handler: Handler
  /// Bytes that are read at once; nil for all there are.
  var window: Int?
  /// Work is done later instead of at once.
  var delaysWork = false
  private let budget: BodyBudget
  private var conversation: Conversation
  private var buffers: TurnBuffers
  private var time = TimeReading(
    now: MonotonicTime(milliseconds: 1_000), date: HTTPDate(unixSeconds: 784_111_777))
  private var methods: [RequestHead.Method] = []
  private var output: [UInt8] = []
  private var held: [Work] = []
  private var isClosed = false
  /// A client that doesn't read in time loses what it hasn't read.
  private var lostOutput = false

  init(_ handler: Handler, _ limits: Limits) {
    self.handler = handler
    budget = BodyBudget(limits: limits)
    conversation = Conversation(limits: limits, budget: budget, now: time.now)
    buffers = TurnBuffers(limits: limits)
  }

  /// Sends the pieces one after the other.
  func talk(_ pieces: [[UInt8]]) {
    var random = Seeded([])
    send(pieces, random: &random, isDisturbed: false)
  }

  /// Sends the pieces while time goes by, at times more than there is.
  func talk(_ pieces: [[UInt8]], random: inout Seeded) {
    send(pieces, random: &random, isDisturbed: true)
  }

  private func send(_ pieces: [[UInt8]], random: inout Seeded, isDisturbed: Bool) {
    for piece in pieces {
      var rest = piece[...]
      var idleTurns = 0
      repeat {
        let before = (rest.count, output.count, held.count)
        turn {
          guard conversation.wantsInput else { return }
          let count = conversation.read(at: time) { free in
            let part = rest.prefix(free.count)
            free.copyBytes(from: part)
            return part.count
          }
          rest = rest.dropFirst(count)
        }
        if isDisturbed { disturb(&random) }
        if !conversation.wantsInput, let work = held.popLast() { finish(work) }
        idleTurns = before == (rest.count, output.count, held.count) ? idleTurns + 1 : 0
      } while !rest.isEmpty && !isClosed && idleTurns < 4
      require(
        rest.isEmpty || isClosed || !conversation.wantsInput, "it wants input and takes none")
    }
  }

  private func disturb(_ random: inout Seeded) {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: advance(Int64.random(in: 1...12_000, using: &random))
    case 1: turn { conversation.drain() }
    case 2: turn { conversation.expire(at: time) }
    case 3: if let work = held.popLast() { finish(work) }
    case 4: conversation.cancel()
    default: break
    }
  }

  private func advance(_ milliseconds: Int64) {
    time.now = time.now.advanced(byMilliseconds: milliseconds)
    if conversation.deadline <= time.now { turn { conversation.expire(at: time) } }
  }

  /// Sends no more, reads all there is, and waits for the close.
  func hangUp() {
    window = nil
    while let work = held.popLast() { finish(work) }
    turn { conversation.inputEnded() }
    var steps = 0
    while !isClosed {
      if let work = held.popLast() {
        finish(work)
        continue
      }
      require(steps < 50, "the connection never closes")
      require(
        conversation.deadline < .distantFuture, "it neither closes nor waits for a time")
      time.now = max(time.now, conversation.deadline)
      turn { conversation.expire(at: time) }
      steps += 1
    }
    check()
  }

  private func finish(_ work: Work) {
    turn { conversation.finish(answer(of: work), at: time) }
  }

  /// The answer is waited for: the fleet's store gives it on a thread of its own.
  private func answer(of work: Work) -> Response {
    let given = Mutex<Response?>(nil)
    work.run { response in given.withLock { $0 = response } }
    while true {
      if let response = given.withLock({ $0 }) { return response }
      usleep(50)
    }
  }

  private func turn(_ body: () -> Void) {
    guard !isClosed else { return }
    conversation.borrow(&buffers)
    body()
    while true {
      proceed()
      let wasStalled = conversation.isStalled
      _ = conversation.write(at: time) { pending in
        let count = min(window ?? pending.count, pending.count)
        for offset in 0..<count { output.append(pending[offset]) }
        return count
      }
      if !wasStalled || conversation.isStalled { break }
    }
    if case .close = conversation.settle(at: time) {
      isClosed = true
      lostOutput = conversation.pendingOutputBytes > 0
    }
    conversation.giveBack(&buffers)
  }

  private func proceed() {
    var recorder = Recorder(handler: handler)
    while let work = conversation.proceed(with: &recorder, at: time) {
      if delaysWork {
        held.append(work)
      } else {
        conversation.finish(answer(of: work), at: time)
      }
    }
    let pending = conversation.pendingOutputBytes
    require(held.count <= 1, "two requests at once")
    if !conversation.isStalled {
      require(conversation.proceed(with: &recorder, at: time) == nil, "it was not done")
      require(conversation.pendingOutputBytes == pending, "it was not done")
    }
    handler = recorder.handler
    methods += recorder.methods
  }

  /// Notes the methods, because an answer to HEAD has no body.
  private struct Recorder: RequestHandler {
    var handler: Handler
    var methods: [RequestHead.Method] = []

    mutating func receive(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Reception {
      methods.append(head.method)
      return handler.receive(head, in: bytes)
    }
  }

  // MARK: Answers

  /// The final answers.
  var answers: [Answer] { Answer.all(in: output, to: methods) }

  private func check() {
    require(budget.usedBytes == 0 || !held.isEmpty, "the budget's bytes are not given back")
    if lostOutput { return }
    let answers = answers
    require(answers.count <= methods.count + 1, "\(answers.count) answers to \(methods.count)")
    for answer in answers { require((200...599).contains(answer.status), "\(answer)") }
  }
}

/// An answer as a strict client reads it.
struct Answer: Equatable {
  var status: Int
  /// Lower-case names; one value each, as the encoder never repeats a field.
  var fields: [String: String]
  var body: [UInt8]

  /// Takes the output of a connection apart; what can't be taken apart breaks a property.
  static func all(in bytes: [UInt8], to methods: [RequestHead.Method]) -> [Answer] {
    var answers: [Answer] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      // The handler doesn't see a head that is refused: what it asked for is not known.
      let method = answers.count < methods.count ? methods[answers.count] : nil
      let answer = first(in: &rest, to: method)
      if answer.status != 100 { answers.append(answer) }
    }
    return answers
  }

  private static func first(
    in rest: inout ArraySlice<UInt8>, to method: RequestHead.Method?
  ) -> Answer {
    var lines: [String] = []
    while true {
      guard let end = rest.firstIndex(of: 13), end + 1 < rest.endIndex, rest[end + 1] == 10 else {
        require(false, "an answer is cut off: \(String(decoding: rest, as: UTF8.self))")
        return Answer(status: 0, fields: [:], body: [])
      }
      let line = rest[..<end]
      rest = rest[(end + 2)...]
      if line.isEmpty { break }
      require(line.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }, "a control character in a line")
      lines.append(String(decoding: line, as: UTF8.self))
    }
    let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
    require(words.count >= 2 && words[0] == "HTTP/1.1", "\(lines)")
    let status = Int(words[1]) ?? 0
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      require(pair.count == 2, line)
      let value = String(pair[1].drop { $0 == " " })
      require(fields.updateValue(value, forKey: pair[0].lowercased()) == nil, "twice: \(line)")
    }
    let isHead = method == .head || (method == nil && rest.isEmpty)
    let hasBody = !isHead && status != 100 && status != 204 && status != 304
    let length = fields["content-length"].flatMap { Int($0) }
    require(!hasBody || length != nil, "an answer without a length: \(lines)")
    let count = hasBody ? length ?? 0 : 0
    require(rest.count >= count, "an answer's body is cut off: \(lines)")
    defer { rest = rest.dropFirst(count) }
    return Answer(status: status, fields: fields, body: Array(rest.prefix(count)))
  }
}
