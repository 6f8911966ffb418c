/// When the things happened that a connection's deadlines count from.
struct ConnectionClock {
  /// The last byte in either direction.
  var lastActivity: MonotonicTime
  /// The first byte of the head that is being read.
  var headStart: MonotonicTime?
  var bodyPace: Pace
  /// Since answers are waiting for a client that does not read them.
  var outputPace: Pace?
  /// The client shut down its sending side: it may be gone, or wait for its answer.
  var clientShutDown: MonotonicTime?
  /// The running work was told that nobody seems to wait.
  var cancelledWork = false
  var lingerStart: MonotonicTime?
  var lingeredBytes = 0

  init(now: MonotonicTime) {
    lastActivity = now
    bodyPace = Pace(start: now)
  }
}

/// How a transfer keeps to the minimum rate.
struct Pace {
  var start: MonotonicTime
  var bytes = 0

  init(start: MonotonicTime) {
    self.start = start
  }

  /// When the average falls below the minimum if no further byte moves.
  func deadline(_ limits: Limits) -> MonotonicTime {
    let rate = max(limits.minimumBytesPerSecond, 1)
    let (scaled, overflow) = Int64(bytes).multipliedReportingOverflow(by: 1_000)
    guard !overflow else { return .distantFuture }
    return start.advanced(byMilliseconds: limits.paceGraceMilliseconds)
      .advanced(byMilliseconds: scaled / rate)
  }
}

extension ConnectionMachine {
  enum Expiry {
    case handled
    /// Nobody seems to wait for the running work any more.
    case cancelWork
  }

  /// When `expire` has something to do if nothing else happens.
  var deadline: MonotonicTime {
    min(outputDeadline, phaseDeadline)
  }

  private var outputDeadline: MonotonicTime {
    guard let pace = clock.outputPace else { return .distantFuture }
    return min(pace.deadline(limits), idleDeadline)
  }

  private var idleDeadline: MonotonicTime {
    clock.lastActivity.advanced(byMilliseconds: limits.idleMilliseconds)
  }

  private var phaseDeadline: MonotonicTime {
    switch phase {
    case .head:
      if isStalled { return .distantFuture }
      guard let start = clock.headStart else { return idleDeadline }
      return start.advanced(byMilliseconds: limits.headerMilliseconds)
    case .body:
      return min(clock.bodyPace.deadline(limits), idleDeadline)
    case .answering:
      guard let end = clock.clientShutDown, !clock.cancelledWork else { return .distantFuture }
      return end.advanced(byMilliseconds: limits.halfClosedMilliseconds)
    case .lingering:
      let start = clock.lingerStart ?? clock.lastActivity
      return min(
        start.advanced(byMilliseconds: limits.lingerMilliseconds),
        clock.lastActivity.advanced(byMilliseconds: limits.lingerIdleMilliseconds))
    case .closing, .closed:
      return .distantFuture
    }
  }

  /// Does what is due at this time.
  mutating func expire(at time: TimeReading) -> Expiry {
    if outputDeadline <= time.now {
      // The client does not read: there is no telling it anything.
      phase = .closed
      return .cancelWork
    }
    guard phaseDeadline <= time.now else { return .handled }
    switch phase {
    case .head:
      // An idle connection closes without a word: a 408 there could be taken for the answer to a
      // request that is just being sent.
      if clock.headStart != nil, !holdsEmptyLineOnly {
        refuse(.headerDeadline, at: time)
      } else {
        phase = .closing
      }
    case .body:
      if isDiscarding || isAnswered {
        abandonBody()
      } else {
        refuse(.bodyDeadline, at: time)
      }
    case .answering:
      clock.cancelledWork = true
      return .cancelWork
    case .lingering:
      phase = .closed
    case .closing, .closed:
      break
    }
    return .handled
  }

  private var holdsEmptyLineOnly: Bool {
    input.count <= 2
      && input.storage[input.range].allSatisfy {
        $0 == Octet.carriageReturn || $0 == Octet.lineFeed
      }
  }
}
