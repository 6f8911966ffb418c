import Handles
import RealModule

/// The key-control-block simulator at constant rates: deterministic for the count, seeded trials
/// for the background accesses.
public enum Simulation {
  /// Trials of one simulation: the error of a chance is then at most one in a hundred (95 %).
  public static let trials = 10_000
  /// Events that one timeline lists at most.
  public static let eventsMax = 24
  /// Wraps that one timeline lists at most.
  static let wrapsListedMax: Int64 = 4

  /// Simulates keys on one kernel from their first open.
  ///
  /// - Parameter isCancelled: asked now and then; a simulation that nobody waits for any more ends.
  /// - Throws: only `DiagnosisError.cancelled`.
  public static func run(
    _ parameters: SimulationParameters, on kernel: Kernel, isCancelled: () -> Bool = { false }
  ) throws(DiagnosisError) -> SimulationResult {
    try run(
      parameters, from: KeyControlBlock(kernel: kernel, closeAtZero: parameters.closeAtZero),
      history: History(), start: nil, isCancelled: isCancelled)
  }

  /// The chance that a block of any key is freed too early within the simulated time, in closed form.
  ///
  /// The windows of all keys fall together, and the pairs of all keys together are one Poisson process.
  public static func chanceFreed(_ parameters: SimulationParameters, on kernel: Kernel) -> Double {
    guard kernel == .affected else { return 0 }
    return DangerWindows(
      leakPerHour: parameters.leakPerKeyAndHour, outstanding: 0, closeAtZero: parameters.closeAtZero
    ).chanceFreed(pairsPerHour: parameters.pairsPerHour, within: parameters.hours)
  }

  /// What a replayed log has already shown, in hours before its last sample (negative).
  struct History {
    var events: [(kind: SimulationEvent.Kind, hours: Double)] = []
    /// Hours that the log spent in dangerous windows.
    var exposure = 0.0

    func first(_ kind: SimulationEvent.Kind) -> Double? {
      events.first { $0.kind == kind }?.hours
    }
  }

  /// As above, every key from the state `block`.
  static func run(
    _ parameters: SimulationParameters, from block: KeyControlBlock, history: History,
    start: Timestamp?, isCancelled: () -> Bool
  ) throws(DiagnosisError) -> SimulationResult {
    var timeline = Timeline(parameters: parameters, block: block, history: history)
    let trials =
      block.kernel == .affected
      ? try timeline.affected(isCancelled: isCancelled) : timeline.fixed()
    timeline.endProcess()
    return SimulationResult(
      wrapAt: timeline.wrap.map { Moment(hours: $0, start: start) },
      firstDangerousCloseAt: timeline.danger.map { Moment(hours: $0, start: start) },
      chanceFreed: trials.freed, chanceCrash: trials.crashed,
      opensRefusedAt: timeline.refused.map { Moment(hours: $0, start: start) },
      staleAccessesOnExit: timeline.staleOnExit,
      events: timeline.sortedEvents(start: start))
  }

  /// The deterministic part: when a key's count wraps, where the windows lie, what an exit does. It
  /// is the same for all keys.
  private struct Timeline {
    let parameters: SimulationParameters
    var block: KeyControlBlock
    let history: History
    var wrap: Double?
    var danger: Double?
    var refused: Double?
    var staleOnExit: Int64 = 0
    private var events: [(kind: SimulationEvent.Kind, hours: Double, stale: Int64?)]

    init(parameters: SimulationParameters, block: KeyControlBlock, history: History) {
      self.parameters = parameters
      self.block = block
      self.history = history
      wrap = history.first(.countWrapped)
      danger = history.first(.dangerousWindowOpened)
      refused = history.first(.opensRefused)
      events = history.events.prefix(eventsMax / 2).map { ($0.kind, $0.hours, nil) }
    }

    /// Hours until `opens` more handles of one key have leaked; nil if that is after the end.
    private func hours(untilLeaked opens: Int64) -> Double? {
      guard parameters.leakPerKeyAndHour > 0 else { return nil }
      let hours = Double(opens) / parameters.leakPerKeyAndHour
      return hours <= parameters.hours ? hours : nil
    }

    mutating func affected(
      isCancelled: () -> Bool
    ) throws(DiagnosisError) -> (freed: Double, crashed: Double) {
      let modulus = KeyControlBlock.countModulus
      let windows = DangerWindows(
        leakPerHour: parameters.leakPerKeyAndHour, outstanding: block.outstanding,
        closeAtZero: block.closeAtZero)
      if block.storage != .freed {
        let toWrap = modulus - Int64(block.openInstances)
        // A bare close is dangerous at 0, or one open later where 0 only decrements.
        let delay: Int64 = block.closeAtZero == .article ? 0 : 1
        for index in 0..<wrapsListedMax {
          guard let at = hours(untilLeaked: toWrap + index * modulus) else { break }
          wrap = wrap ?? at
          events.append((.countWrapped, at, nil))
          guard let opened = hours(untilLeaked: toWrap + index * modulus + delay) else { break }
          danger = danger ?? opened
          events.append((.dangerousWindowOpened, opened, nil))
          guard let closed = hours(untilLeaked: toWrap + index * modulus + 2) else { break }
          events.append((.dangerousWindowClosed, closed, nil))
        }
      }
      var trials = Trials(parameters: parameters, windows: windows, history: history)
      try trials.run(alreadyFreed: block.storage == .freed, isCancelled: isCancelled)
      if let middle = trials.middleFreed, block.storage != .freed {
        events.append((.blockFreed, middle, nil))
      }
      if let middle = trials.middleCrash { events.append((.crash, middle, nil)) }
      return (trials.chanceFreed, trials.chanceCrash)
    }

    mutating func fixed() -> (freed: Double, crashed: Double) {
      let toRefusal = KeyControlBlock.countModulus - Int64(block.openInstances)
      if refused == nil, let at = hours(untilLeaked: toRefusal) {
        refused = at
        events.append((.opensRefused, at, nil))
      }
      return (0, 0)
    }

    mutating func endProcess() {
      let leaked = (parameters.leakPerKeyAndHour * parameters.hours).rounded(.down)
      block.open(Int64(exactly: leaked) ?? 0)
      let ofEachKey = block.exit(handles: block.outstanding).stale
      // Several keys start from nothing, and what the bounds let them leak is far below 64 bits.
      staleOnExit = ofEachKey * Int64(parameters.keys)
      events.append((.processExit, parameters.hours, staleOnExit))
    }

    func sortedEvents(start: Timestamp?) -> [SimulationEvent] {
      events.enumerated()
        .sorted { ($0.element.hours, $0.offset) < ($1.element.hours, $1.offset) }
        .map {
          SimulationEvent(
            $0.element.kind, hours: $0.element.hours, start: start, staleAccesses: $0.element.stale)
        }
    }
  }
}
