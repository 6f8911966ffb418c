import Handles
import KnowledgeBase

/// All processes of one program on one host: they share the count of a key.
struct Program {
  let key: ProgramKey
  let finding: Finding
  /// Whether its handles are those of several processes.
  let isAddedUp: Bool
  /// How many of its processes still run.
  let running: Int
  let replay: Replay
  /// Times that the leaked handles would have wrapped the count within the log.
  let wraps: Int64
  /// The first samples after the first and the last of them.
  let firstWrap: Timestamp?
  let lastWrap: Timestamp?
  /// The last sample of the host.
  let end: Timestamp?
  /// Leaked handles per hour of all processes that leak or are suspected; nil if none does.
  let leakPerHour: Double?
  /// The fastest leak of a process that has ended; nil if none did leak.
  let formerLeakPerHour: Double?
  let forecast: WrapForecast
  /// The share of keys in the handles at the end; nil where the log doesn't count them.
  let keyShare: Double?

  /// Hours from the end of the log until the count reaches 65,536, 0 where it has already; infinite
  /// without a leak.
  var hoursToLimit: Double {
    guard let leakPerHour, leakPerHour > 0 else { return .infinity }
    return forecast.pastWraps > 0 ? 0 : hoursToWrap
  }

  /// Hours from the end of the log until the count wraps the next time; infinite without a leak.
  var hoursToWrap: Double {
    guard let leakPerHour, leakPerHour > 0 else { return .infinity }
    return Double(forecast.remainingOpens) / leakPerHour
  }

  private init(key: ProgramKey, processes: [ProcessHistory], end: Timestamp?) {
    self.key = key
    self.end = end
    running = processes.count { $0.isRunning }
    isAddedUp = processes.count > 1
    finding =
      processes.map(\.leak.finding).max { $0.urgency < $1.urgency } ?? .insufficientData
    replay = Replay(processes, end: end)
    (wraps, firstWrap, lastWrap) = replay.wraps
    keyShare = Self.keyShare(of: processes)
    leakPerHour = replay.leakPerHour > 0 ? replay.leakPerHour : nil
    formerLeakPerHour =
      processes.filter { !$0.isRunning && $0.leak.finding == .leaking }
      .compactMap(\.leak.handlesPerHour).max()
    let climbing = processes.filter { $0.isRunning && $0.leak.finding.urgency >= 2 }
    let outstanding = replay.outstanding
    let rates = climbing.map { process in
      process.last.flatMap { last in
        process.leak.rates(
          untilWrapAfter: outstanding, share: process.keyShare.share(at: last.time))
      }
    }
    let lower = rates.reduce(0.0) { $0 + ($1?.lowerBound ?? 0) }
    let upper = rates.reduce(0.0) { $0 + ($1?.upperBound ?? 0) }
    let held = replay.heldKeys
    let upperFromHeld = climbing.reduce(0.0) { sum, process in
      let share = process.last.map { process.keyShare.share(at: $0.time) } ?? 1
      return sum + (process.leak.rates(untilWrapAfter: held, share: share)?.upperBound ?? 0)
    }
    forecast = WrapForecast(
      leaked: outstanding, rate: leakPerHour,
      interval: lower <= upper ? lower...upper : nil, now: end, held: held, upper: upperFromHeld)
  }

  private static func keyShare(of processes: [ProcessHistory]) -> Double? {
    guard processes.contains(where: \.keyShare.isKnown) else { return nil }
    let lasts = processes.compactMap { process in process.last.map { (process.keyShare, $0) } }
    let handles = lasts.reduce(0.0) { $0 + Double($1.1.handles) }
    let keys = lasts.reduce(0.0) { $0 + $1.0.share(at: $1.1.time) * Double($1.1.handles) }
    return handles > 0 ? keys / handles : nil
  }

  /// Most urgent first: what leaks, then what reaches the limit first, then the highest count.
  static func all(
    of histories: [ProcessHistory], isCancelled: @Sendable () -> Bool = { false },
    concurrently: ConcurrentMap = .sequential
  ) throws(DiagnosisError) -> [Program] {
    var members: [ProgramKey: [ProcessHistory]] = [:]
    var order: [ProgramKey] = []
    var ends: [String?: Timestamp] = [:]
    for history in histories where history.countsKeys {
      let key = ProgramKey(host: history.series.host, process: history.series.process)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(history)
      guard let last = history.last?.time else { continue }
      ends[key.host] = max(ends[key.host] ?? last, last)
    }
    let (keys, groups, lasts) = (order, members, ends)
    let programs = try concurrently.map(keys.count, isCancelled: isCancelled) { index in
      let key = keys[index]
      return Program(key: key, processes: groups[key] ?? [], end: lasts[key.host])
    }
    return programs.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      if one.finding.urgency != other.finding.urgency {
        return one.finding.urgency > other.finding.urgency
      }
      if one.hoursToLimit != other.hoursToLimit { return one.hoursToLimit < other.hoursToLimit }
      if one.replay.highestTotal != other.replay.highestTotal {
        return one.replay.highestTotal > other.replay.highestTotal
      }
      return left.offset < right.offset
    }.map(\.element)
  }
}
