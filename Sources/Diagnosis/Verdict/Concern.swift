import Handles

/// A process that a person must hear of, with what it meets first.
struct Concern {
  /// Why a person must hear of it.
  enum Cause: Hashable {
    /// It leaks.
    case leaks
    /// It may leak.
    case mayLeak
    /// It leaked until it ended.
    case leaked
    /// It held too many at some time; it doesn't leak.
    case held
  }

  let process: ProcessDiagnosis
  let host: String?
  let role: ProcessRole
  let cause: Cause
  /// Processes of the program that run now.
  let running: Int
  /// The handles that the program held at most.
  let highest: Int64
  let keyCount: Program.KeyCount
  /// The limit that it meets first within ten years.
  let limit: LimitForecast?
  /// As above, of its own resource: without the count of a registry key.
  let ownLimit: LimitForecast?

  var actBy: Timestamp? { limit?.actBy }

  /// Handles per hour; where the limit is that of processes together, of all of them.
  let perHour: Double?

  init(
    _ process: ProcessDiagnosis, host: String?, cause: Cause, program: Program?,
    keyCount: Program.KeyCount
  ) {
    self.process = process
    self.host = host
    self.cause = cause
    self.keyCount = keyCount
    role = ProcessRole(process.process)
    running = program?.running ?? 1
    highest = program?.replay.highestKeys ?? process.handles?.max ?? 0
    let near = process.limits.filter { limit in
      guard let by = limit.actBy else { return false }
      return process.to.map { by.hours(since: $0) <= WrapStatus.hoursMax } ?? true
    }
    limit = near.first
    ownLimit = near.first {
      $0.limit.resource != .registryKeyOpens || process.resource == .registryKeyOpens
    }
    let isTogether = (near.first?.processes ?? 1) > 1
    perHour =
      (isTogether ? program?.leakPerHour : nil) ?? process.leak.handlesPerHour
  }

  /// All of a diagnosis, what must be done first first.
  static func all(
    _ processes: [ProcessDiagnosis], _ histories: [ProcessHistory],
    _ programs: [ProgramKey: Program],
    _ reading: Reading
  ) -> [Concern] {
    var groups: [ProgramKey: [Int]] = [:]
    for (index, history) in histories.enumerated() where !history.runs.isEmpty {
      groups[history.programKey, default: []].append(index)
    }
    var found: [(index: Int, concern: Concern)] = []
    for (key, members) in groups {
      let program = programs[key]
      let keyCount = reading.canWrap || reading == .fixed ? program?.keyCount ?? .below : .below
      for (index, cause) in causes(members, processes, histories, keyCount, reading) {
        let concern = Concern(
          processes[index], host: key.host, cause: cause,
          program: histories[index].countsKeys ? program : nil,
          keyCount: histories[index].countsKeys ? keyCount : .below)
        found.append((index, concern))
      }
    }
    return found.sorted { left, right in
      let (one, other) = (left.concern, right.concern)
      let times = (one.actBy?.milliseconds ?? .max, other.actBy?.milliseconds ?? .max)
      if times.0 != times.1 { return times.0 < times.1 }
      let ranks = (one.rank, other.rank)
      return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.index < right.index
    }.map(\.concern)
  }

  private var rank: Int {
    switch cause {
    case .leaks: 0
    case .mayLeak: 1
    case .held: 2
    case .leaked: 3
    }
  }

  /// The members of one program that are concerns.
  private static func causes(
    _ members: [Int], _ processes: [ProcessDiagnosis], _ histories: [ProcessHistory],
    _ keyCount: Program.KeyCount, _ reading: Reading
  ) -> [(Int, Cause)] {
    var causes: [(Int, Cause)] = members.compactMap { index in
      guard histories[index].climbs else {
        let isFull = processes[index].limits.contains {
          $0.limit.resource != .registryKeyOpens && $0.actBy != nil
        }
        return isFull ? (index, .held) : nil
      }
      return (index, histories[index].leak.finding == .leaking ? .leaks : .mayLeak)
    }
    guard causes.isEmpty else { return causes }
    if keyCount != .below, reading.canWrap {
      let highest = members.filter { histories[$0].countsKeys }
        .max { (processes[$0].handles?.max ?? 0) < (processes[$1].handles?.max ?? 0) }
      causes += highest.map { [($0, .held)] } ?? []
    } else if let ended = members.last(where: {
      !histories[$0].isRunning && histories[$0].leak.finding == .leaking
    }) {
      causes.append((ended, .leaked))
    }
    return causes
  }
}

extension ProcessHistory {
  var programKey: ProgramKey { ProgramKey(host: series.host, process: series.process) }
}
