import Foundation
import HTTPWire
import Meters
import System

/// One thread's event loop: its own listener, epoll and connections. It is built inside its thread
/// and never leaves it, so nothing in it is locked.
final class Reactor<Handler: RequestHandler> {
  /// Tokens of what is not a connection. Connections have generations from 1 on.
  static var listenerToken: UInt64 { 0 }
  private static var mailboxToken: UInt64 { 1 }
  private static var eventsPerTurn: Int { 256 }
  /// Connections taken before the open ones have their turn: most are answered as they are taken.
  private static var acceptsPerTurn: Int { 64 }

  var handler: Handler
  let shared: SharedState
  let mailbox: Mailbox
  let limits: Limits
  var poller: Poller
  var clock = SystemClock()
  var buffers: TurnBuffers
  /// Connections by file descriptor, which the kernel keeps small and dense.
  var slots: [Connection?] = []
  var deadlines = DeadlineTable()
  var listener: FileDescriptor?
  var acceptResumes: MonotonicTime?
  var generation: UInt32 = 0
  var open = 0
  var beingRefused = 0
  let ids = RequestIDs(seed: .random(in: .min ... .max))
  let meter: WireMeter
  private var drainDeadline: MonotonicTime?

  /// Takes the listener over. Fails if the system has no file descriptor left.
  init?(handler: Handler, listener: ListeningSocket, mailbox: Mailbox, shared: SharedState) {
    guard let poller = Poller(batch: Self.eventsPerTurn), let socket = listener.take() else {
      return nil
    }
    let number = socket.number
    self.poller = poller
    self.handler = handler
    self.listener = consume socket
    self.mailbox = mailbox
    self.shared = shared
    limits = shared.limits
    meter = shared.meter.makeWireMeter(log: shared.refusalLog)
    buffers = TurnBuffers(limits: limits)
    guard
      self.poller.add(number, .input, token: Self.listenerToken),
      self.poller.add(mailbox.wakeUp.number, .input, token: Self.mailboxToken)
    else { return nil }
  }

  /// Serves until it is told to drain and has; false if requests in flight were cut off.
  func run() -> Bool {
    while true {
      let count = poller.wait(milliseconds: timeout())
      clock.refresh()
      for index in 0..<count {
        let (token, ready) = poller.event(index)
        switch token {
        case Self.listenerToken: accept(upTo: Self.acceptsPerTurn)
        case Self.mailboxToken: readMail()
        default: take(ready, token: token)
        }
      }
      expireDeadlines()
      resumeAccepting()
      if let drainDeadline {
        if open == 0 { return true }
        if drainDeadline <= clock.reading.now {
          return closeAll()
        }
      }
    }
  }

  /// Sleeps until the earliest thing that is due: an idle server uses no processor time.
  private func timeout() -> Int32 {
    var due = deadlines.nextCheck
    if let acceptResumes { due = min(due, acceptResumes) }
    if let drainDeadline { due = min(due, drainDeadline) }
    if due == .distantFuture { return -1 }
    let wait = due.milliseconds - SystemClock.monotonic().milliseconds
    // One more, because the clock is cut off to whole milliseconds.
    return Int32(clamping: max(0, wait + 1))
  }

  // MARK: Connections

  private func take(_ ready: Poller.Interest, token: UInt64) {
    let slot = Int(UInt32(truncatingIfNeeded: token))
    guard slot < slots.count, let connection = slots[slot], connection.token == token else {
      return
    }
    withBuffers(connection) {
      if connection.conversation.wantsInput {
        if !ready.isDisjoint(with: [.input, .lost]) {
          guard connection.receive(at: clock.reading) else { return false }
        }
      } else if !ready.isDisjoint(with: .lost) {
        return false
      } else if ready.contains(.input) {
        ask(for: connection.wantedInterest, connection)
      }
      return proceed(connection)
    }
  }

  /// Runs one turn of a connection with the big buffers on loan; closes it if `turn` says false.
  func withBuffers(_ connection: Connection, _ turn: () -> Bool) {
    connection.conversation.borrow(&buffers)
    let goesOn = turn()
    connection.conversation.giveBack(&buffers)
    buffers.replenish()
    if goesOn, updateInterest(connection) {
      deadlines.set(connection.slot, connection.conversation.deadline)
    } else {
      close(connection)
    }
  }

  /// Answers all that can be answered, then writes once; false if the connection is over.
  func proceed(_ connection: Connection) -> Bool {
    while true {
      while let work = connection.conversation.proceed(with: &handler, at: clock.reading) {
        let ticket = Mailbox.Ticket(
          slot: connection.socket.number, generation: connection.generation)
        let job = WorkerPool.Job(
          work: work, mailbox: mailbox, ticket: ticket, submitted: ContinuousClock.now)
        if !shared.workers.submit(job) {
          connection.conversation.finish(refusing: .busy, at: clock.reading)
        }
      }
      let wasStalled = connection.conversation.isStalled
      guard connection.transmit(at: clock.reading) else { return false }
      if !wasStalled || connection.conversation.isStalled { break }
    }
    switch connection.conversation.settle(at: clock.reading) {
    case .stayOpen: break
    case .shutDownOutput: connection.shutDownOutput()
    case .close: return false
    }
    return true
  }

  /// Tells epoll what changed; false if it has no room for the connection. A socket that was
  /// answered and closed in its first turn never came here. Input that is not of use just now is
  /// not asked off, which would cost two calls for each request with work: see `take`.
  private func updateInterest(_ connection: Connection) -> Bool {
    let wanted = connection.wantedInterest
    guard let interest = connection.interest else {
      connection.interest = wanted.union(.input)
      return poller.add(
        connection.socket.number, wanted.union(.input), token: connection.token)
    }
    if wanted != interest, wanted.union(.input) != interest { ask(for: wanted, connection) }
    return true
  }

  private func ask(for interest: Poller.Interest, _ connection: Connection) {
    guard interest != connection.interest else { return }
    connection.interest = interest
    poller.modify(connection.socket.number, interest, token: connection.token)
  }

  private func close(_ connection: Connection) {
    connection.conversation.cancel()
    deadlines.set(connection.slot, .distantFuture)
    open -= 1
    if connection.isCounted { shared.leave() } else { beingRefused -= 1 }
    // The last reference closes the socket, which takes it out of epoll too.
    slots[connection.slot] = nil
  }

  /// Ends what is left when the time to drain is over; false if a request was in flight.
  private func closeAll() -> Bool {
    var nothingCutOff = true
    for connection in slots {
      guard let connection else { continue }
      if connection.conversation.isInFlight { nothingCutOff = false }
      close(connection)
    }
    return nothingCutOff
  }

  private func expireDeadlines() {
    let time = clock.reading
    for slot in deadlines.takeDue(at: time.now) {
      guard slot < slots.count, let connection = slots[slot] else { continue }
      withBuffers(connection) {
        connection.conversation.expire(at: time)
        return proceed(connection)
      }
    }
  }

  // MARK: Mail

  private func readMail() {
    let mail = mailbox.empty()
    for (ticket, response) in mail.answers {
      let slot = Int(ticket.slot)
      // The connection may be gone, and another one in its slot.
      guard slot < slots.count, let connection = slots[slot],
        connection.generation == ticket.generation
      else { continue }
      withBuffers(connection) {
        connection.conversation.finish(response, at: clock.reading)
        return proceed(connection)
      }
    }
    if let deadline = mail.drainDeadline, drainDeadline == nil { beginDrain(until: deadline) }
  }

  /// Takes what the kernel has accepted already and gives the listener up, so that later clients
  /// are refused at once; what is idle closes.
  private func beginDrain(until deadline: MonotonicTime) {
    accept(upTo: Listener.backlog)
    closeListener()
    drainDeadline = deadline
    for connection in slots {
      guard let connection else { continue }
      withBuffers(connection) {
        // A request may have arrived in this very moment.
        if connection.conversation.wantsInput {
          guard connection.receive(at: clock.reading) else { return false }
        }
        connection.conversation.drain()
        return proceed(connection)
      }
    }
  }
}
