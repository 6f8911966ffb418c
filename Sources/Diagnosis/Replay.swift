/// Telemetry turned into the opens and closes of one registry key: the worst case, in which every
/// handle above the baseline is of that key, or every one that can be of a key where the log counts
/// those (`KeyShare`).
///
/// Between two samples a rise is opens and a fall is closes; a restart closes all that its run had
/// above its baseline. All processes of one program on one host open the same key. Costs what the
/// samples cost, not what the opens cost.
struct Replay {
  /// Opens (positive) or closes (negative) at one time.
  private struct Change {
    let time: Timestamp
    /// The same process's sample before, if the change came since; nil for the end of a run.
    let since: Timestamp?
    let handles: Int64
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
  /// How often the count of an affected kernel wraps within the log, and the first sample after the
  /// last time.
  let wraps: (count: Int64, last: Timestamp?)
  /// Handles above the baselines at the end.
  let outstanding: Int64
  /// The highest that the counts of all processes together can have been, leaked or not.
  let highestTotal: Int64
  /// As above, of handles that can be of keys.
  let highestKeys: Int64
  /// Leaked handles per hour of all that still run.
  let leakPerHour: Double

  init(_ processes: [ProcessHistory], end: Timestamp?) {
    var (outstanding, total, keys, highest): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
    var rate = 0.0
    for process in processes {
      let share = process.keyShare
      let leaked = process.runs.lazy.map { $0.highest - $0.baseline }.max() ?? 0
      highest = saturatingSum(highest, share.keysMax(of: leaked))
      let count = process.runs.lazy.map(\.highest).max() ?? 0
      total = saturatingSum(total, count)
      keys = saturatingSum(keys, share.keysMax(of: count))
      guard process.isRunning, let last = process.last else { continue }
      outstanding = saturatingSum(
        outstanding, share.keys(of: process.runs.last?.leaked ?? 0, at: last.time))
      if process.leak.finding == .leaking || process.leak.finding == .suspected {
        rate += max(0, process.leak.handlesPerHour ?? 0) * share.share(at: last.time)
      }
    }
    self.outstanding = outstanding
    highestTotal = total
    highestKeys = keys
    leakPerHour = rate
    var player = Player(end: end)
    if highest >= KeyControlBlock.countModulus - 1 {
      Self.changes(of: processes) { player.take($0) }
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
  private static func changes(of processes: [ProcessHistory], _ body: (Change) -> Void) {
    guard processes.count > 1 else {
      for process in processes { changes(of: process, body) }
      return
    }
    var all: [Change] = []
    for process in processes { changes(of: process) { all.append($0) } }
    // By place where times are equal, so that the order doesn't depend on the sorting algorithm.
    let order = all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }
    for index in order { body(all[index]) }
  }

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
      for sample in run.samples {
        let now = share.keys(of: sample.handles - run.baseline, at: sample.time)
        if now != held {
          body(Change(time: sample.time, since: before, handles: now - held))
          held = now
        }
        before = sample.time
      }
    }
    if !process.isRunning, held > 0, let before {
      body(Change(time: before, since: nil, handles: -held))
    }
  }

  /// Plays changes on both kernels side by side.
  private struct Player {
    let end: Timestamp?
    var affected = State(block: KeyControlBlock(kernel: .affected))
    var fixed = State(block: KeyControlBlock(kernel: .fixed))
    var wraps: (count: Int64, last: Timestamp?) = (0, nil)

    @inline(__always)
    mutating func take(_ change: Change) {
      if !affected.block.count(change.handles) { playOnAffected(change) }
      if !fixed.block.count(change.handles) { playOnFixed(change) }
    }

    private mutating func playOnAffected(_ change: Change) {
      if change.handles > 0, let since = change.since, affected.block.storage != .freed {
        let hours = change.time.hours(since: since)
        affected.history.exposure +=
          DangerWindows(
            leakPerHour: Double(change.handles) / hours, outstanding: affected.block.outstanding,
            closeAtZero: affected.block.closeAtZero
          ).exposure(within: hours)
      }
      let effect = affected.block.move(change.handles)
      if effect.wraps > 0 {
        wraps = (saturatingSum(wraps.count, effect.wraps), change.time)
        note([.countWrapped, .dangerousWindowOpened], at: change.time, in: &affected.history)
      }
      if effect.freedTooEarly > 0 {
        note([.blockFreed], at: change.time, in: &affected.history)
      }
    }

    private mutating func playOnFixed(_ change: Change) {
      let effect = fixed.block.move(change.handles)
      guard effect.refused > 0, fixed.history.first(.opensRefused) == nil else { return }
      note([.opensRefused], at: change.time, in: &fixed.history)
    }

    private func note(
      _ kinds: [SimulationEvent.Kind], at time: Timestamp, in history: inout Simulation.History
    ) {
      guard history.events.count < Replay.eventsMax, let end else { return }
      history.events += kinds.map { ($0, time.hours(since: end)) }
    }
  }
}
