/// One connection's HTTP, without a socket: bytes and times go in, events and answers come out.
///
/// Requests are taken strictly one after the other; the answers of a pipelined batch gather in one
/// output buffer. All that waits, waits here: `next` says what there is to do, `wantsInput` and
/// `pendingOutput` what to ask of the socket, `deadline` when to look again.
struct ConnectionMachine: ~Copyable {
  enum Event {
    /// `head` is complete: answer it, or say what happens to its body.
    case head
    /// These bytes of the input buffer are data of the body; valid until the next call.
    case bodyPart(Range<Int>)
    /// The body is complete and no answer has been given yet.
    case bodyEnd
    /// Nothing to do until input, output, an answer or time moves.
    case pause
  }

  enum Phase: Equatable {
    /// Between requests, or inside a head.
    case head
    /// A head was handed out; its body is being read.
    case body
    /// All of the request is read; the application still owes the answer.
    case answering
    /// No further request is taken; the output still has to leave.
    case closing
    /// The sending side is shut down; input is discarded so that the client can read its answer.
    case lingering
    case closed
  }

  let limits: Limits
  var phase = Phase.head
  var input = InputBuffer()
  var output = OutputBuffer()
  var head: RequestHead
  private var parser = HeadParser()
  /// Bytes of the current head that are still in front of the input.
  private var headLength = 0
  var body: BodyDecoder
  var isAnswered = false
  /// The body is dropped, not handed out.
  private(set) var isDiscarding = false
  var mustClose = false
  var lingersAtClose = false
  /// The client shut down its sending side.
  var endOfInput = false
  private(set) var isDraining = false
  /// The output reached its high-water mark: nothing is read or started until all of it has left.
  private(set) var isStalled = false
  private var owesContinue = false
  private let ids: RequestIDs
  let meter: WireMeter
  var clock: ConnectionClock

  init(
    limits: Limits, client: ClientAddress = .unknown, ids: RequestIDs, meter: WireMeter,
    now: MonotonicTime
  ) {
    self.limits = limits
    self.ids = ids
    self.meter = meter
    head = RequestHead(client: client)
    body = BodyDecoder(.none, limits: limits)
    clock = ConnectionClock(now: now, limits: limits)
  }

  /// Where the current head's bytes are in the input buffer, between `.head` and the next call.
  var headRange: Range<Int> { input.start..<input.start + headLength }

  /// What there is to do now.
  mutating func next(at time: TimeReading) -> Event {
    while true {
      consumeHead()
      switch phase {
      case .head:
        return nextHead(at: time)
      case .body:
        guard let event = nextBody(at: time) else { continue }
        return event
      case .lingering:
        clock.lingeredBytes += input.count
        input.clear()
        if endOfInput || clock.lingeredBytes > limits.lingerBytes { phase = .closed }
        return .pause
      case .answering, .closing, .closed:
        return .pause
      }
    }
  }

  private mutating func nextHead(at time: TimeReading) -> Event {
    if output.count >= limits.outputHighWaterBytes { isStalled = true }
    if isStalled { return .pause }
    if input.isEmpty {
      if endOfInput || isDraining { phase = .closing }
      return .pause
    }
    if clock.headStart == nil { clock.headStart = time.now }
    switch input.advance(&parser, &head, limits: limits) {
    case .needsMore:
      if endOfInput { phase = .closing }
      return .pause
    case .refused(let refusal):
      refuse(refusal, at: time)
      return .pause
    case .complete(let length):
      headLength = length
      nameRequest()
      body = BodyDecoder(head.framing, limits: limits)
      owesContinue = head.expectsContinue
      isDiscarding = false
      phase = .body
      clock.headStart = nil
      clock.bodyPace = Pace(start: time.now, limits: limits)
      return .head
    }
  }

  private mutating func nextBody(at time: TimeReading) -> Event? {
    switch input.advance(&body) {
    case .needsMore:
      // Whatever was used up is framing, and all of it was.
      input.clear()
      if endOfInput { abandonBody() }
      if owesContinue, !isDiscarding, phase == .body {
        owesContinue = false
        output.storage.append(contentsOf: ResponseEncoder.interimContinue)
      }
      return .pause
    case .part(let range):
      let start = input.start
      input.consume(range.upperBound)
      if range.isEmpty { return nil }
      owesContinue = false
      clock.bodyPace.add(range.count, at: time.now, limits: limits)
      if isDiscarding { return nil }
      return .bodyPart(start + range.lowerBound..<start + range.upperBound)
    case .end(let consumed):
      input.consume(consumed)
      if isAnswered {
        beginNextRequest()
        return nil
      }
      phase = .answering
      return isDiscarding ? .pause : .bodyEnd
    case .refused(let refusal):
      if isDiscarding || isAnswered {
        abandonBody()
      } else {
        refuse(refusal, at: time)
      }
      return .pause
    }
  }

  /// Gives the current request the name that its client gave it, or one of our own.
  mutating func nameRequest() {
    if let given = head.givenID {
      head.id = RequestID(
        wellFormed: input.storage.span.extracting(headRange).octets(given))
    } else {
      head.id = ids.next()
    }
  }

  /// The most bytes that the body of the current head can have.
  var declaredBodyBytes: Int {
    if case .length(let length) = head.framing { return length }
    return limits.bodyBytes
  }

  /// Lets the body be handed out in parts, at most `limit` bytes of it.
  mutating func acceptBody(limit: Int, at time: TimeReading) {
    guard phase == .body, !isAnswered else { return }
    body.limit = min(max(limit, 0), limits.bodyBytes)
    if body.exceedsLimit { refuse(.bodyTooLarge, at: time) }
  }

  /// Drops the body if it is small; else nothing more is read and the connection closes after the
  /// answer. A client that waits for 100 has not sent its body and may never do so: it gets the
  /// answer and a close (RFC 9110 §10.1.1).
  mutating func discardBody() {
    guard phase == .body else { return }
    consumeHead()
    isDiscarding = true
    body.limit = limits.unwantedBodyBytes
    let waitsForContinue = owesContinue && input.isEmpty
    if !body.isComplete, body.exceedsLimit || waitsForContinue { abandonBody() }
  }

  /// Reads nothing more of this body: the framing is lost, so the connection can't go on.
  mutating func abandonBody() {
    mustClose = true
    lingersAtClose = true
    if isAnswered || !isDiscarding {
      phase = .closing
    } else {
      phase = .answering
    }
  }

  /// Drops the head's bytes; its ranges are of no use any more.
  mutating func consumeHead() {
    guard headLength > 0 else { return }
    input.consume(headLength)
    headLength = 0
  }

  /// Leaves the request that is answered and read.
  mutating func beginNextRequest() {
    head.reset()
    parser = HeadParser()
    isAnswered = false
    phase = .head
    clock.headStart = nil
  }

  /// All output has left: reading and starting may go on.
  mutating func unstall() { isStalled = false }

  /// Takes no further request: an idle connection closes, a request in flight is finished.
  mutating func drain() {
    isDraining = true
    if phase == .head, input.isEmpty { phase = .closing }
  }
}
