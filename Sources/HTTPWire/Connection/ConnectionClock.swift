import Bytes

/// When the things happened that a connection's deadlines count from.
struct ConnectionClock {
  /// The last byte in either direction.
  var lastActivity: MonotonicTime
  /// The first byte of the head that is being read.
  var headStart: MonotonicTime?
  var bodyPace: Pace
  /// Since answers are waiting for a client that does not read them.
  var outputPace: Pace?
  var lingerStart: MonotonicTime?
  var lingeredBytes = 0

  init(now: MonotonicTime, limits: Limits) {
    lastActivity = now
    bodyPace = Pace(start: now, limits: limits)
  }
}

/// How a transfer keeps to the minimum rate: a token bucket that holds the grace and starts full.
/// Each byte adds the time that it may take, and no more is kept than the grace: however fast a
/// transfer began, it may never pause for longer.
struct Pace {
  /// When the bucket is empty if no further byte moves.
  private(set) var deadline: MonotonicTime
  /// What the bytes earned beyond whole milliseconds, in milliseconds divided by the rate.
  private var remainder: Int64 = 0

  init(start: MonotonicTime, limits: Limits) {
    deadline = start.advanced(byMilliseconds: limits.paceGraceMilliseconds)
  }

  mutating func add(_ bytes: Int, at now: MonotonicTime, limits: Limits) {
    // Rates and counts beyond these make no difference, and nothing below can overflow.
    let rate = min(max(limits.minimumBytesPerSecond, 1), 1 << 50)
    let earned = Int64(min(max(bytes, 0), 1 << 50)) * 1_000 + remainder
    deadline = deadline.advanced(byMilliseconds: earned / rate)
    remainder = earned % rate
    let full = now.advanced(byMilliseconds: limits.paceGraceMilliseconds)
    if deadline >= full {
      deadline = full
      remainder = 0
    }
  }
}

extension ConnectionMachine {
  /// When `expire` has something to do if nothing else happens.
  var deadline: MonotonicTime {
    min(outputDeadline, phaseDeadline)
  }

  private var outputDeadline: MonotonicTime {
    guard let pace = clock.outputPace else { return .distantFuture }
    return min(pace.deadline, idleDeadline)
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
      return min(clock.bodyPace.deadline, idleDeadline)
    case .lingering:
      let start = clock.lingerStart ?? clock.lastActivity
      return min(
        start.advanced(byMilliseconds: limits.lingerMilliseconds),
        clock.lastActivity.advanced(byMilliseconds: limits.lingerIdleMilliseconds))
    case .answering, .closing, .closed:
      // Work is waited for as long as it takes: its own limits bound it.
      return .distantFuture
    }
  }

  /// Does what is due at this time.
  mutating func expire(at time: TimeReading) {
    if outputDeadline <= time.now {
      // The client does not read: there is no telling it anything.
      phase = .closed
      return
    }
    guard phaseDeadline <= time.now else { return }
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
    case .lingering:
      phase = .closed
    case .answering, .closing, .closed:
      break
    }
  }

  private var holdsEmptyLineOnly: Bool {
    input.count <= 2
      && input.storage[input.range].allSatisfy {
        $0 == ASCII.carriageReturn || $0 == ASCII.lineFeed
      }
  }
}
