import Handles

/// Telemetry turned into the opens and closes of one registry key: the worst case, in which every
/// handle above the baseline is of that key, or every one that can be of a key where the log counts
/// those (`KeyShare`).
///
/// Between two samples a rise is opens, evenly spaced, and a fall is closes at the later one; a restart
/// closes all that its run had above its baseline. All processes of one program on one host open the
/// same key. Costs what the samples cost, not what the opens cost.
struct Replay {
  /// Opens (positive) or closes (negative) of one process.
  private struct Change {
    let time: Timestamp
    /// The same process's sample before, since when it rose; nil for what is done at once: closes, and
    /// what a run begins with.
    let since: Timestamp?
    let handles: Int64

    /// Opens per hour of a rise, else 0.
    var perHour: Double { since.map { Double(handles) / time.hours(since: $0) } ?? 0 }
  }

  /// What one process does at one time.
  private struct Step: Comparable {
    let time: Timestamp
    /// Opens of a rise are counted at its end.
    var handles: Int64 = 0
    /// The rates of the rises that end and begin, in handles per hour; 0 where none does.
    var ended = 0.0
    var begun = 0.0

    /// Of what a sample shows: first what was opened before it, then the closes, then what a run begins
    /// with.
    private var rank: Int { ended > 0 ? 0 : handles < 0 ? 1 : 2 }

    /// The rest is compared so that neither the order of the processes nor the sorting algorithm matters.
    static func < (left: Self, right: Self) -> Bool {
      if left.time != right.time { return left.time < right.time }
      if left.rank != right.rank { return left.rank < right.rank }
      return (left.handles, left.ended, left.begun) < (right.handles, right.ended, right.begun)
    }
  }

  /// The key at the end of the log, and what happened to it on the way.
  struct State {
    fileprivate(set) var block: KeyControlBlock
    fileprivate(set) var history = Simulation.History()
  }

  /// Events of the log that are kept.
  static let eventsMax = 8

  let affected: State
  let fixed: State
  /// How often the count of an affected kernel wraps within the log, and the first samples after the
  /// first and the last time.
  let wraps: (count: Int64, first: Timestamp?, last: Timestamp?)
  /// Handles above the baselines at the end.
  let outstanding: Int64
  /// The highest that the counts of all processes together can have been, leaked or not.
  let highestTotal: Int64
  /// The highest that the counts of handles that can be of keys can have been at one time.
  let highestKeys: Int64
  /// When that first reached 65,536 at the earliest; nil where it never did.
  let highSince: Timestamp?
  /// Handles that can be of keys at the end, leaked or not, of all that still run.
  let heldKeys: Int64
  /// Leaked handles per hour of all that still run.
  let leakPerHour: Double

  init(_ processes: [ProcessHistory], end: Timestamp?) {
    var (outstanding, total, held, highest): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    var rate = 0.0
    for process in processes {
      let share = process.keyShare
      let leaked = process.runs.lazy.map { $0.highest - $0.baseline }.max() ?? 0
      highest = saturatingSum(highest, share.keysMax(of: leaked))
      let count = process.runs.lazy.map(\.highest).max() ?? 0
      total = saturatingSum(total, count)
      guard process.isRunning, let last = process.last else { continue }
      outstanding = saturatingSum(
        outstanding, share.keys(of: process.runs.last?.leaked ?? 0, at: last.time))
      held = saturatingSum(held, share.keys(of: last.handles, at: last.time))
      if process.leak.finding == .leaking || process.leak.finding == .suspected {
        rate += max(0, process.leak.handlesPerHour ?? 0) * share.share(at: last.time)
      }
    }
    self.outstanding = outstanding
    highestTotal = total
    heldKeys = held
    (highestKeys, highSince) = HeldTogether.highest(processes)
    leakPerHour = rate
    var player = Player(end: end)
    if highest >= KeyControlBlock.countModulus - 1 {
      player.play(processes)
    } else {
      // The count can't have come near 65,536: only the last state matters.
      player.affected.block.open(outstanding)
      player.fixed.block.open(outstanding)
    }
    affected = player.affected
    fixed = player.fixed
    wraps = player.wraps
  }

  func state(on kernel: Kernel) -> State {
    switch kernel {
    case .affected: affected
    case .fixed: fixed
    }
  }

  /// In order of time.
  @inline(__always)
  private static func changes(of process: ProcessHistory, _ body: (Change) -> Void) {
    let share = process.keyShare
    var held: Int64 = 0
    var before: Timestamp?
    for run in process.runs {
      if held > 0, let first = run.samples.first {
        body(Change(time: first.time, since: nil, handles: -held))
        held = 0
      }
      before = nil
      for sample in run.samples {
        let now = share.keys(of: sample.handles - run.baseline, at: sample.time)
        if now != held {
          body(Change(time: sample.time, since: now > held ? before : nil, handles: now - held))
          held = now
        }
        before = sample.time
      }
    }
    if !process.isRunning, held > 0, let before {
      body(Change(time: before, since: nil, handles: -held))
    }
  }

  /// In order of time; where one rise follows the other, its begin is part of the other's end.
  private static func steps(of processes: [ProcessHistory]) -> [Step] {
    var steps: [Step] = []
    for process in processes {
      let first = steps.count
      changes(of: process) { change in
        if let since = change.since {
          if steps.count == first || steps[steps.count - 1].time != since {
            steps.append(Step(time: since))
          }
          steps[steps.count - 1].begun = change.perHour
        }
        steps.append(Step(time: change.time, handles: change.handles, ended: change.perHour))
      }
    }
    steps.sort()
    return steps
  }

  /// Plays changes on both kernels side by side.
  private struct Player {
    let end: Timestamp?
    var affected = State(block: KeyControlBlock(kernel: .affected))
    var fixed = State(block: KeyControlBlock(kernel: .fixed))
    var wraps: (count: Int64, first: Timestamp?, last: Timestamp?) = (0, nil, nil)

    /// Up to here the time in windows is known.
    private var clock: Timestamp?
    /// Processes whose count rises now, and their rate together, in handles per hour.
    private var (rising, perHour) = (0, 0.0)
    /// What they have opened, of rises that haven't ended: not in the block yet.
    private var ahead = 0.0

    init(end: Timestamp?) { self.end = end }

    mutating func play(_ processes: [ProcessHistory]) {
      if processes.count > 1 {
        for step in Replay.steps(of: processes) { take(step) }
      } else {
        for process in processes { Replay.changes(of: process) { take($0) } }
      }
      if let end { pass(to: end) }
    }

    /// A change of the only process: clear of the windows, or with nothing left to be freed, its times
    /// don't matter.
    @inline(__always)
    private mutating func take(_ change: Change) {
      if !affected.block.count(change.handles) {
        guard affected.block.storage == .freed else {
          if let since = change.since { take(Step(time: since, begun: change.perHour)) }
          return take(Step(time: change.time, handles: change.handles, ended: change.perHour))
        }
        playOnAffected(change.handles, at: change.time)
      }
      if !fixed.block.count(change.handles) { playOnFixed(change.handles, at: change.time) }
    }

    private mutating func take(_ step: Step) {
      pass(to: step.time)
      if step.ended > 0 {
        rising -= 1
        // Where nothing rises, what rounding has left must not move the count off a window's edge.
        perHour = rising > 0 ? perHour - step.ended : 0
        ahead = rising > 0 ? ahead - Double(step.handles) : 0
      }
      if step.begun > 0 {
        rising += 1
        perHour += step.begun
      }
      guard step.handles != 0 else { return }
      if !affected.block.count(step.handles) { playOnAffected(step.handles, at: step.time) }
      if !fixed.block.count(step.handles) { playOnFixed(step.handles, at: step.time) }
    }

    /// Adds the time that the count spends in windows until `time`: all processes go through them
    /// together, and one that stays in a window is in danger for as long.
    private mutating func pass(to time: Timestamp) {
      // What was freed isn't freed again.
      guard affected.block.storage != .freed else { return }
      guard let before = clock, before < time else {
        clock = clock ?? time
        return
      }
      clock = time
      let hours = time.hours(since: before)
      affected.history.exposure +=
        DangerWindows(
          leakPerHour: perHour, outstanding: affected.block.outstanding, ahead: max(0, ahead),
          closeAtZero: affected.block.closeAtZero
        ).exposure(within: hours)
      ahead += perHour * hours
    }

    private mutating func playOnAffected(_ handles: Int64, at time: Timestamp) {
      let effect = affected.block.move(handles)
      if effect.wraps > 0 {
        wraps = (saturatingSum(wraps.count, effect.wraps), wraps.first ?? time, time)
        note([.countWrapped, .dangerousWindowOpened], at: time, in: &affected.history)
      }
      if effect.freedTooEarly > 0 {
        note([.blockFreed], at: time, in: &affected.history)
      }
    }

    private mutating func playOnFixed(_ handles: Int64, at time: Timestamp) {
      let effect = fixed.block.move(handles)
      guard effect.refused > 0, fixed.history.first(.opensRefused) == nil else { return }
      note([.opensRefused], at: time, in: &fixed.history)
    }

    private func note(
      _ kinds: [SimulationEvent.Kind], at time: Timestamp, in history: inout Simulation.History
    ) {
      guard history.events.count < Replay.eventsMax, let end else { return }
      history.events += kinds.map { ($0, time.hours(since: end)) }
    }
  }
}
