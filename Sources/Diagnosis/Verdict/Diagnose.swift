public import Bytes
public import Handles
public import KnowledgeBase

/// What a diagnosis is made from.
public struct DiagnosisRequest: Sendable {
  /// The article whose bug is looked for.
  public var article: Article
  /// The products and their levels.
  public var catalogue: ProductCatalogue
  /// The machine that the counts come from.
  public var host: HostDescription
  /// The date of the host's kernel file, where it is known: it tells a hotfix.
  public var kernelDate: CivilDate?
  /// The version of the host's kernel file, where it is known.
  public var kernelVersion: String?
  /// The counts, one series per process.
  public var series: [HandleSeries]
  /// The name of the upload's format, such as `pdh-csv`.
  public var format: String
  /// Rows of the upload that were not taken; passed through.
  public var rejected: [RejectedRow]
  /// All randomness follows from it.
  public var seed: UInt64
  /// Asked before each series, on whichever thread looks at it; a diagnosis that nobody waits for
  /// any more ends there.
  public var isCancelled: @Sendable () -> Bool
  /// How series are looked at that don't depend on each other; the answer is the same for all ways.
  public var concurrently: ConcurrentMap
  /// What the upload says about the kind of system, beyond a named product.
  public var evidence: [HostEvidence] = []
  /// The highest count that a process may have, for what has no limit of its own; nil where the caller
  /// knows none.
  public var handleLimit: UInt64?
  /// The moment that the answer is made for; the last sample's where it is nil. Callers pass now.
  public var asOf: Timestamp?
  /// The zone that times are said in beside UTC.
  public var zone: OutputZone?

  /// A request about Q179827 unless another article is given.
  public init(
    article: Article = .q179827, catalogue: ProductCatalogue = .builtIn,
    host: HostDescription = HostDescription(), kernelDate: CivilDate? = nil,
    kernelVersion: String? = nil, series: [HandleSeries], format: String,
    rejected: [RejectedRow] = [], seed: UInt64 = Assumptions.seed,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    concurrently: ConcurrentMap = .sequential
  ) {
    self.article = article
    self.catalogue = catalogue
    self.host = host
    self.kernelDate = kernelDate
    self.kernelVersion = kernelVersion
    self.series = series
    self.format = format
    self.rejected = rejected
    self.seed = seed
    self.isCancelled = isCancelled
    self.concurrently = concurrently
  }
}

/// Puts level, leak and limits together. The same request gives the same answer.
public func diagnose(_ request: DiagnosisRequest) throws(DiagnosisError) -> Diagnosis {
  let host = HostReading(request)
  let ladder = try LevelLadder(request, host)
  let concurrently = request.concurrently
  let histories = try ProcessHistory.all(
    of: request.series, isCancelled: request.isCancelled, concurrently: concurrently)
  // Only Windows NT counts the opens of a key over all processes.
  let programs =
    host.kind.canBeWindowsNT
    ? try Program.all(of: histories, isCancelled: request.isCancelled, concurrently: concurrently)
    : []
  let finding =
    histories.map(\.leak.finding).max { $0.urgency < $1.urgency } ?? .insufficientData
  let verdict = ladder.fix.verdict
  let reading = Reading(host.kind, verdict)
  let hosts = Set(request.series.map(\.host))
  let byKey = Dictionary(programs.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  let processes = try concurrently.map(histories.count, isCancelled: request.isCancelled) { index in
    let history = histories[index]
    return ProcessDiagnosis(
      history, program: byKey[history.programKey], reading, host.kind, given: request.handleLimit,
      namesHost: hosts.count > 1)
  }
  let concerns = Concern.all(processes, histories, byKey, reading)
  let name = request.host.name ?? (hosts.count == 1 ? hosts.first ?? nil : nil)
  let last = histories.compactMap { $0.last?.time }.max()
  let time = TimeText(asOf: request.asOf ?? last, zone: request.zone)
  let wording = Wording(
    reading, ladder.fix, concerns, time: time, host: hosts.count > 1 ? nil : name,
    namesHosts: hosts.count > 1)
  let age = DataAge(histories, last: last, time: time)
  let lead = concerns.first.flatMap {
    byKey[ProgramKey(host: $0.host, process: $0.process.process)]
  }
  let outlook =
    host.kind.canBeWindowsNT
    ? try Outlook(lead ?? programs.first, seed: request.seed, isCancelled: request.isCancelled)
    : nil
  return Diagnosis(
    article: request.article.id, format: request.format,
    host: Diagnosis.Host(
      name: name,
      product: request.host.product.map {
        request.catalogue.product(named: $0)?.id.rawValue ?? $0
      },
      servicePack: ladder.fix.servicePack),
    verdict: verdict, finding: finding,
    wrap: WrapStatus(reading: reading, finding: finding, programs: programs),
    summary: age.added(to: wording.summary(concerns, finding: finding, watched: programs.first)),
    advice: (host.disagreement.map { [$0] } ?? [])
      + wording.advice(concerns, finding: finding, watched: programs.first) + age.advice,
    processes: processes,
    byServicePack: ladder.levels.compactMap {
      outlook?.level($0.servicePack, verdict: $0.verdict)
    },
    deadlines: wording.deadlines(concerns), asOf: time.asOf, dataAgeSeconds: age.seconds,
    chancesUntil: outlook?.until, related: [],
    assumptions: (ladder.assumption.map { [$0] } ?? []) + ladder.fix.notes + host.notes
      + (outlook?.assumptions ?? [])
      + (request.zone.map { ["Times are those of \($0.name) and UTC."] } ?? []),
    rejected: request.rejected, fix: ladder.fix, time: time)
}

extension ProcessDiagnosis {
  /// A process counts as near a limit from this share of it on.
  private static let nearShare = 0.9

  init(
    _ history: ProcessHistory, program: Program?, _ reading: Reading, _ kind: HostKind,
    given: UInt64?,
    namesHost: Bool
  ) {
    host = namesHost ? history.series.host : nil
    process = history.series.process
    instance = history.series.instance
    resource = history.series.resource(on: kind)
    pid = history.series.pid
    samples = history.runs.reduce(0) { $0 + $1.samples.count }
    from = history.first?.time
    to = history.last?.time
    restarts = max(0, history.runs.count - 1)
    leak = history.leak
    wrap = kind.canBeWindowsNT && history.countsKeys ? WrapForecast(history) : .none
    if let program, program.running > 1, history.climbs, wrap.applies {
      // The kernel counts over all of them: there is one time for all.
      wrap.expectedAt = program.forecast.expectedAt
      wrap.earliest = program.forecast.earliest
      wrap.latest = program.forecast.latest
      wrap.remainingOpens = program.forecast.remainingOpens
    }
    limits = []
    if let first = history.first, let last = history.last {
      handles = HandleSummary(
        first: first.handles, last: last.handles,
        min: history.runs.map(\.baseline).min() ?? first.handles,
        max: history.runs.map(\.highest).max() ?? last.handles)
      limits = Self.limits(history, resource, wrap: wrap, program: program, reading, given: given)
    }
  }

  private static func limits(
    _ history: ProcessHistory, _ resource: HandleResource, wrap: WrapForecast, program: Program?,
    _ reading: Reading, given: UInt64?
  ) -> [LimitForecast] {
    let key = history.countsKeys ? ResourceLimit.key(reading) : nil
    let all = ResourceLimit.all(of: history.series, resource, key: key, given: given)
    let forecasts = all.compactMap { limit -> LimitForecast? in
      if limit.resource == .registryKeyOpens, limit == key {
        let forecast = LimitForecast(limit, wrap: wrap, program: program)
        return history.climbs || forecast.reached ? forecast : nil
      }
      let forecast = LimitForecast(limit, of: history)
      let isNear = Double(history.last?.handles ?? 0) >= nearShare * Double(limit.count)
      return history.climbs || isNear ? forecast : nil
    }
    guard forecasts.count > 1 else { return forecasts }
    // Stable: limits that are never met stay in the table's order.
    return forecasts.enumerated().sorted { left, right in
      let times = [left, right].map { $0.element.actBy?.milliseconds ?? .max }
      return (times[0], left.offset) < (times[1], right.offset)
    }.map(\.element)
  }
}

extension LevelLadder {
  /// That of a host which can't be Windows NT is empty, and no level of it can be wrong.
  init(_ request: DiagnosisRequest, _ host: HostReading) throws(DiagnosisError) {
    let query = request.host.product.map {
      FixQuery(
        product: $0, servicePack: request.host.servicePack, kernelDate: request.kernelDate,
        kernelVersion: request.kernelVersion)
    }
    guard host.kind.canBeWindowsNT else {
      // A level that was named is shown, and one that can't be read is no error.
      let named = host.disagreement == nil ? query : nil
      let level = named.flatMap {
        try? FixCheck(request.article, catalogue: request.catalogue).verdict($0).servicePack
      }
      self.init(notApplicable: request.article.id, product: named?.product ?? "", level: level)
      return
    }
    do throws(UnknownLevelError) {
      try self.init(
        article: request.article, catalogue: request.catalogue, query: query,
        servicePack: request.host.servicePack)
    } catch {
      throw .unknownLevel(error)
    }
  }
}

extension WrapStatus {
  /// A leak that needs longer than this for its wrap isn't expected to wrap.
  static let hoursMax = SimulationParameters.hoursMax

  init(reading: Reading, finding: Finding, programs: [Program]) {
    let leaking = programs.filter { $0.finding == .leaking }
    if !reading.canWrap {
      self = .notExpected
    } else if programs.contains(where: { $0.wraps > 0 }) {
      self = .happened
    } else if programs.contains(where: { $0.keyCount != .below }) {
      // So many are open that it may have wrapped before the log began.
      self = .cannotTell
    } else if leaking.contains(where: { $0.hoursToWrap <= Self.hoursMax }) {
      self = .expected
    } else if finding == .insufficientData || finding == .suspected {
      self = .cannotTell
    } else if leaking.contains(where: { $0.leakPerHour == nil }) {
      // What leaked has ended; whether its next run leaks too isn't clear yet.
      self = .cannotTell
    } else {
      self = .notExpected
    }
  }
}
