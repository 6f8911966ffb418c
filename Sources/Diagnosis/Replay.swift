/// Telemetry turned into the opens and closes of one registry key: the worst case, in which every
/// handle above the baseline is of that key.
///
/// Between two samples a rise is opens and a fall is closes; a restart closes all that its run had
/// above its baseline. All processes of one program on one host open the same key. Costs what the
/// samples cost, not what the opens cost.
struct Replay {
  /// Opens (positive) or closes (negative) at one time.
  private struct Change {
    let time: Timestamp
    /// Hours since the same process's sample before.
    let hours: Double
    let handles: Int64
  }

  /// Events of the log that are kept.
  static let eventsMax = 8

  private let changes: [Change]
  private let end: Timestamp?
  /// False if the count can't have come near 65,536: then only the last state matters.
  private let mayWrap: Bool
  /// Handles above the baselines at the end.
  let outstanding: Int64
  /// The highest that the counts of all processes together can have been, leaked or not.
  let highestTotal: Int64
  /// Leaked handles per hour of all that still run.
  let leakPerHour: Double

  init(_ processes: [ProcessHistory], end: Timestamp?) {
    self.end = end
    var (outstanding, total, highest): (Int64, Int64, Int64) = (0, 0, 0)
    var rate = 0.0
    for process in processes {
      let leaked = process.runs.map { run in
        (run.samples.lazy.map(\.handles).max() ?? 0) - run.baseline
      }
      highest = saturatingSum(highest, leaked.max() ?? 0)
      let counts = process.runs.lazy.compactMap { run in run.samples.lazy.map(\.handles).max() }
      total = saturatingSum(total, counts.max() ?? 0)
      guard process.isRunning else { continue }
      outstanding = saturatingSum(outstanding, process.runs.last?.leaked ?? 0)
      if process.leak.finding == .leaking || process.leak.finding == .suspected {
        rate += max(0, process.leak.handlesPerHour ?? 0)
      }
    }
    self.outstanding = outstanding
    highestTotal = total
    leakPerHour = rate
    mayWrap = highest >= KeyControlBlock.countModulus - 1
    changes = mayWrap ? Self.changes(of: processes) : []
  }

  private static func changes(of processes: [ProcessHistory]) -> [Change] {
    var changes: [Change] = []
    for process in processes {
      var held: Int64 = 0
      var before: Timestamp?
      for run in process.runs {
        for (index, sample) in run.samples.enumerated() {
          if index == 0, held > 0 {
            changes.append(Change(time: sample.time, hours: 0, handles: -held))
            held = 0
          }
          let now = sample.handles - run.baseline
          if now != held {
            let hours = before.map { sample.time.hours(since: $0) } ?? 0
            changes.append(Change(time: sample.time, hours: hours, handles: now - held))
          }
          held = now
          before = sample.time
        }
      }
      if !process.isRunning, held > 0, let before {
        changes.append(Change(time: before, hours: 0, handles: -held))
      }
    }
    guard processes.count > 1 else { return changes }
    // By place where times are equal, so that the order doesn't depend on the sorting algorithm.
    return changes.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  /// The key at the end of the log, and what happened to it on the way.
  func run(
    on kernel: Kernel, closeAtZero: CloseAtZero = .article
  ) -> (block: KeyControlBlock, history: Simulation.History) {
    var block = KeyControlBlock(kernel: kernel, closeAtZero: closeAtZero)
    var history = Simulation.History()
    guard mayWrap else {
      block.open(outstanding)
      return (block, history)
    }
    for change in changes {
      if change.handles > 0, change.hours > 0, kernel == .affected, block.storage != .freed {
        history.exposure +=
          DangerWindows(
            leakPerHour: Double(change.handles) / change.hours, outstanding: block.outstanding,
            closeAtZero: closeAtZero
          ).exposure(within: change.hours)
      }
      let effect =
        change.handles > 0 ? block.open(change.handles) : block.close(-change.handles)
      note(effect, at: change.time, in: &history)
    }
    return (block, history)
  }

  /// How often the count of an affected kernel wraps within the log, and the first sample after the
  /// last time.
  var wraps: (count: Int64, last: Timestamp?) {
    var block = KeyControlBlock(kernel: .affected)
    var wraps: (count: Int64, last: Timestamp?) = (0, nil)
    for change in changes {
      let effect = change.handles > 0 ? block.open(change.handles) : block.close(-change.handles)
      guard effect.wraps > 0 else { continue }
      wraps = (saturatingSum(wraps.count, effect.wraps), change.time)
    }
    return wraps
  }

  private func note(
    _ effect: KeyControlBlock.Effect, at time: Timestamp, in history: inout Simulation.History
  ) {
    guard history.events.count < Self.eventsMax, let end else { return }
    let hours = time.hours(since: end)
    if effect.wraps > 0 {
      history.events.append((.countWrapped, hours))
      history.events.append((.dangerousWindowOpened, hours))
    }
    if effect.freedTooEarly > 0 { history.events.append((.blockFreed, hours)) }
    if effect.refused > 0, history.first(.opensRefused) == nil {
      history.events.append((.opensRefused, hours))
    }
  }
}
