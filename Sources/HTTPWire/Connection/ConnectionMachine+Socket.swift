import Meters

// What the owner of the socket tells the machine, and what it asks it.
extension ConnectionMachine {
  /// What to do with the socket once no output is pending.
  enum Closing {
    case stayOpen
    /// Shut down the sending side and go on reading; `next` discards.
    case shutDownOutput
    case close
  }

  /// Whether more input is of use now. A client that does not read is not read from, and neither
  /// is one whose request is still being worked on.
  var wantsInput: Bool {
    guard !endOfInput else { return false }
    return switch phase {
    case .head: !isStalled
    case .body, .lingering: true
    case .answering, .closing, .closed: false
    }
  }

  /// Lets `fill` write arrived bytes into the input buffer; it returns how many.
  mutating func read(
    at time: TimeReading, _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    let count = input.fill(atLeast: 1024, fill)
    if count > 0 {
      clock.lastActivity = time.now
      meter.receivedBytes.add(count)
    }
    return count
  }

  /// The last byte that the client will ever send has been read. What it has sent is answered:
  /// it may have shut down its sending side only.
  mutating func inputEnded() { endOfInput = true }

  /// The first `count` bytes of the pending output are with the kernel; 0 if it took none.
  mutating func wrote(_ count: Int, at time: TimeReading) {
    if count > 0 {
      clock.lastActivity = time.now
      meter.sentBytes.add(count)
    }
    output.consume(count)
    if output.isEmpty {
      clock.outputPace = nil
      unstall()
    } else if clock.outputPace == nil {
      clock.outputPace = Pace(start: time.now, limits: limits)
    } else {
      clock.outputPace?.add(count, at: time.now, limits: limits)
    }
  }

  /// What to do with the socket now.
  mutating func settle(at time: TimeReading) -> Closing {
    if phase == .closing, output.isEmpty {
      guard lingersAtClose, !endOfInput else {
        phase = .closed
        return .close
      }
      phase = .lingering
      clock.lingerStart = time.now
      clock.lastActivity = time.now
      return .shutDownOutput
    }
    return phase == .closed ? .close : .stayOpen
  }
}
