/// One connection from its first byte to its close: HTTP on the one side, a handler on the other,
/// and no socket. A reactor carries bytes and times to it and does what it says.
public struct Conversation: ~Copyable {
  /// What to do with the socket.
  public enum Closing: Sendable {
    /// Nothing: it goes on.
    case stayOpen
    /// Shut down the sending side and go on reading and calling `proceed`, which discards.
    case shutDownOutput
    /// Close it.
    case close
  }

  private var machine: ConnectionMachine
  private let budget: BodyBudget
  private var collected: CollectedBody?
  private var running: Cancellation?

  /// A connection that was just accepted; `budget` is shared by all connections of the server, `ids`
  /// and `meter` by those of its thread.
  public init(
    limits: Limits, budget: BodyBudget, client: ClientAddress = .unknown,
    ids: RequestIDs = RequestIDs(seed: 0), meter: WireMeter = WireMeter(), now: MonotonicTime
  ) {
    machine = ConnectionMachine(
      limits: limits, client: client, ids: ids, meter: meter, now: now)
    self.budget = budget
  }

  // MARK: Requests and answers

  /// Takes all that can be taken from the arrived bytes. If it returns work, run it, give its
  /// answer to `finish` once it is there, and call again.
  public mutating func proceed(
    with handler: inout some RequestHandler, at time: TimeReading
  ) -> Work? {
    while true {
      switch machine.next(at: time) {
      case .head:
        let reception = handler.receive(
          machine.head, in: machine.input.storage.span.extracting(machine.headRange))
        if let work = take(reception, at: time) { return work }
      case .bodyPart(let range):
        if collected?.append(machine.input.storage[range]) == false {
          machine.refuse(.busy, at: time)
        }
      case .bodyEnd:
        if let body = collected.take() { return start(body.work()) }
      case .pause:
        if machine.phase == .closing { collected = nil }
        return nil
      }
    }
  }

  private mutating func take(_ reception: Reception, at time: TimeReading) -> Work? {
    switch reception {
    case .prepared(let prepared):
      machine.answer(prepared, at: time)
    case .respond(let response):
      machine.answer(response, at: time)
    case .work(let body):
      machine.discardBody()
      return start(Work(.answer { body($1) }))
    case .workOn(let body):
      machine.discardBody()
      return start(Work(.answer(body)))
    case .collect(let limit, let work):
      collect(limit: limit, for: .answer(work), at: time)
    case .collectDeferred(let limit, let work):
      collect(limit: limit, for: .deferred(work), at: time)
    }
    return nil
  }

  private mutating func collect(
    limit: Int, for work: CollectedBody.Use, at time: TimeReading
  ) {
    collected = CollectedBody(
      budget, atMost: min(limit, machine.declaredBodyBytes), for: work)
    machine.acceptBody(limit: limit, at: time)
  }

  private mutating func start(_ work: Work) -> Work {
    running = work.cancellation
    return work
  }

  /// The answer of the work that `proceed` returned.
  public mutating func finish(_ response: Response, at time: TimeReading) {
    guard let cancellation = running.take() else { return }
    if cancellation.isCancelled {
      // It may be half an answer, and whoever cancelled it gave the connection up.
      machine.phase = .closed
    } else {
      machine.answer(response, at: time)
    }
  }

  /// The work that `proceed` returned can't be done: what to answer instead.
  public mutating func finish(refusing refusal: Refusal, at time: TimeReading) {
    machine.meter.refused(refusal, to: machine.head)
    finish(refusal.response(to: machine.head.id), at: time)
  }

  /// The connection is broken or the time to drain is over: work that still runs is told so, and
  /// its answer will not be sent.
  public mutating func cancel() {
    running?.cancel()
  }

  /// Refuses the connection as a whole, before any request: 503 and close.
  public mutating func refuse(_ refusal: Refusal, at time: TimeReading) {
    machine.refuse(refusal, at: time)
  }

  /// Whether a request is being read or worked on, or its answer is still to be sent.
  public var isInFlight: Bool {
    machine.phase == .body || machine.phase == .answering || !machine.output.isEmpty
  }

  /// Takes no further request: an idle connection closes, a request in flight is finished.
  public mutating func drain() { machine.drain() }

  // MARK: Bytes

  /// Whether to read from the socket.
  public var wantsInput: Bool { machine.wantsInput }

  /// Lets `fill` write arrived bytes into the input buffer; it returns how many.
  public mutating func read(
    at time: TimeReading, _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    machine.read(at: time, fill)
  }

  /// A read found the end of the input: the client shut down its sending side, or left. Its
  /// requests are answered; if it left, the write fails.
  public mutating func inputEnded() { machine.inputEnded() }

  /// Bytes of answers that wait to be sent.
  public var pendingOutputBytes: Int { machine.output.count }

  /// Whether answers stopped being made because too many wait to be sent: once all have left,
  /// call `proceed` again.
  public var isStalled: Bool { machine.isStalled }

  /// Lets `send` see all pending output; it returns how many bytes the kernel took.
  public mutating func write(
    at time: TimeReading, _ send: (borrowing Span<UInt8>) -> Int
  ) -> Int {
    let pending = machine.output.pending
    let count = send(machine.output.storage.span.extracting(pending))
    let taken = min(max(count, 0), pending.count)
    machine.wrote(taken, at: time)
    return taken
  }

  /// What to do with the socket; ask when the output has been written as far as it goes.
  public mutating func settle(at time: TimeReading) -> Closing {
    switch machine.settle(at: time) {
    case .stayOpen: return .stayOpen
    case .shutDownOutput: return .shutDownOutput
    case .close:
      cancel()
      return .close
    }
  }

  // MARK: Time

  /// When to call `expire` if nothing else happens.
  public var deadline: MonotonicTime { machine.deadline }

  /// Does what is due at this time: a refusal or a close.
  public mutating func expire(at time: TimeReading) { machine.expire(at: time) }

  // MARK: Memory

  /// Takes a reactor's big buffers for the length of a turn.
  public mutating func borrow(_ buffers: inout TurnBuffers) {
    machine.input.borrow(&buffers.input)
    machine.output.borrow(&buffers.output)
  }

  /// Gives them back; what is left over stays here in memory of its own size.
  public mutating func giveBack(_ buffers: inout TurnBuffers) {
    machine.input.giveBack(&buffers.input)
    machine.output.giveBack(&buffers.output)
  }
}

/// The big buffers of a reactor, lent to the connection whose turn it is.
public struct TurnBuffers: Sendable {
  var input: [UInt8]
  var output: [UInt8] = []

  /// Buffers that fit the limits: the longest head, and reads of 64 KiB at least.
  public init(limits: Limits) {
    input = [UInt8](repeating: 0, count: max(64 * 1024, limits.headBytes + 16 * 1024))
    output.reserveCapacity(64 * 1024)
  }

  /// Makes up for an output buffer that a slow client kept.
  public mutating func replenish() {
    if output.capacity < 64 * 1024 { output.reserveCapacity(64 * 1024) }
  }
}
