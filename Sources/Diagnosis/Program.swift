/// All processes of one program on one host: they share the count of a key.
struct Program {
  let key: ProgramKey
  let finding: Finding
  let replay: Replay
  /// Times that the leaked handles would have wrapped the count within the log.
  let wraps: Int64
  /// The last sample of the host.
  let end: Timestamp?
  /// Leaked handles per hour of all processes that leak or are suspected; nil if none does.
  let leakPerHour: Double?
  /// The fastest leak of a process that has ended; nil if none did leak.
  let formerLeakPerHour: Double?
  let forecast: WrapForecast

  /// Hours from the end of the log until the count wraps; infinite without a leak.
  var hoursToWrap: Double {
    guard let leakPerHour, leakPerHour > 0 else { return .infinity }
    return Double(forecast.remainingOpens) / leakPerHour
  }

  private init(key: ProgramKey, processes: [ProcessHistory], end: Timestamp?) {
    self.key = key
    self.end = end
    finding =
      processes.map(\.leak.finding).max { $0.urgency < $1.urgency } ?? .insufficientData
    replay = Replay(processes, end: end)
    wraps = replay.run(on: .affected).wraps
    leakPerHour = replay.leakPerHour > 0 ? replay.leakPerHour : nil
    formerLeakPerHour =
      processes.filter { !$0.isRunning && $0.leak.finding == .leaking }
      .compactMap(\.leak.handlesPerHour).max()
    let climbing = processes.filter { $0.isRunning && $0.leak.finding.urgency >= 2 }
    let lower = climbing.reduce(0.0) { $0 + ($1.leak.interval?.lowerBound ?? 0) }
    let upper = climbing.reduce(0.0) { $0 + ($1.leak.interval?.upperBound ?? 0) }
    forecast = WrapForecast(
      leaked: replay.outstanding, rate: leakPerHour,
      interval: lower <= upper ? lower...upper : nil, now: end)
  }

  /// Most urgent first: what has wrapped, then the nearest wrap, then the highest count.
  static func all(of histories: [ProcessHistory]) -> [Program] {
    var members: [ProgramKey: [ProcessHistory]] = [:]
    var order: [ProgramKey] = []
    var ends: [String?: Timestamp] = [:]
    for history in histories {
      let key = ProgramKey(host: history.series.host, process: history.series.process)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(history)
      guard let last = history.last?.time else { continue }
      ends[key.host] = max(ends[key.host] ?? last, last)
    }
    let programs = order.map {
      Program(key: $0, processes: members[$0] ?? [], end: ends[$0.host])
    }
    return programs.enumerated().sorted { left, right in
      let (one, other) = (left.element, right.element)
      if (one.wraps > 0) != (other.wraps > 0) { return one.wraps > 0 }
      if one.finding.urgency != other.finding.urgency {
        return one.finding.urgency > other.finding.urgency
      }
      if one.hoursToWrap != other.hoursToWrap { return one.hoursToWrap < other.hoursToWrap }
      if one.replay.highestTotal != other.replay.highestTotal {
        return one.replay.highestTotal > other.replay.highestTotal
      }
      return left.offset < right.offset
    }.map(\.element)
  }
}
