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
  /// Other articles that could explain the leak; can also be set on the diagnosis.
  public var related: [Article.Link]
  /// All randomness follows from it.
  public var seed: UInt64
  /// Asked before each series, on whichever thread looks at it; a diagnosis that nobody waits for
  /// any more ends there.
  public var isCancelled: @Sendable () -> Bool
  /// How series are looked at that don't depend on each other; the answer is the same for all ways.
  public var concurrently: ConcurrentMap

  /// A request about Q179827 unless another article is given.
  public init(
    article: Article = .q179827, catalogue: ProductCatalogue = .builtIn,
    host: HostDescription = HostDescription(), kernelDate: CivilDate? = nil,
    kernelVersion: String? = nil, series: [HandleSeries], format: String,
    rejected: [RejectedRow] = [], related: [Article.Link] = [], seed: UInt64 = 1,
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
    self.related = related
    self.seed = seed
    self.isCancelled = isCancelled
    self.concurrently = concurrently
  }
}

/// Puts level, leak and wrap together. The same request gives the same answer.
public func diagnose(_ request: DiagnosisRequest) throws(DiagnosisError) -> Diagnosis {
  let query = request.host.product.map {
    FixQuery(
      product: $0, servicePack: request.host.servicePack, kernelDate: request.kernelDate,
      kernelVersion: request.kernelVersion)
  }
  let ladder: LevelLadder
  do throws(UnknownLevelError) {
    ladder = try LevelLadder(
      article: request.article, catalogue: request.catalogue, query: query,
      servicePack: request.host.servicePack)
  } catch {
    throw .unknownLevel(error)
  }
  let concurrently = request.concurrently
  let histories = try ProcessHistory.all(
    of: request.series, isCancelled: request.isCancelled, concurrently: concurrently)
  let programs = try Program.all(
    of: histories, isCancelled: request.isCancelled, concurrently: concurrently)
  let finding =
    histories.map(\.leak.finding).max { $0.urgency < $1.urgency } ?? .insufficientData
  let verdict = ladder.fix.verdict
  let wrap = WrapStatus(verdict: verdict, finding: finding, programs: programs)
  let worst = Program.lead(of: programs, verdict: verdict, wrap: wrap)
  let conclusion = Conclusion(verdict, worst?.finding ?? finding, wrap)
  let hosts = Set(request.series.map(\.host))
  let facts = ConclusionFacts(
    request: request, fix: ladder.fix, worst: worst, first: programs.first,
    severalHosts: hosts.count > 1)
  let outlook = try Outlook(worst, seed: request.seed, isCancelled: request.isCancelled)
  return Diagnosis(
    article: request.article.id, format: request.format,
    host: Diagnosis.Host(
      name: request.host.name ?? (hosts.count == 1 ? hosts.first ?? nil : nil),
      product: request.host.product.map {
        request.catalogue.product(named: $0)?.id.rawValue ?? $0
      },
      servicePack: ladder.fix.servicePack),
    verdict: verdict, finding: finding, wrap: wrap,
    summary: conclusion.summary(facts), advice: conclusion.advice(facts),
    processes: try concurrently.map(histories.count, isCancelled: request.isCancelled) {
      ProcessDiagnosis(histories[$0], namesHost: hosts.count > 1)
    },
    byServicePack: ladder.levels.map { outlook.level($0.servicePack, verdict: $0.verdict) },
    related: request.related,
    assumptions: (ladder.assumption.map { [$0] } ?? []) + ladder.fix.notes + outlook.assumptions,
    rejected: request.rejected, fix: ladder.fix)
}

extension ProcessDiagnosis {
  init(_ history: ProcessHistory, namesHost: Bool) {
    host = namesHost ? history.series.host : nil
    process = history.series.process
    instance = history.series.instance
    pid = history.series.pid
    samples = history.runs.reduce(0) { $0 + $1.samples.count }
    from = history.first?.time
    to = history.last?.time
    restarts = max(0, history.runs.count - 1)
    leak = history.leak
    wrap = WrapForecast(history)
    if let first = history.first, let last = history.last {
      handles = HandleSummary(
        first: first.handles, last: last.handles,
        min: history.runs.map(\.baseline).min() ?? first.handles,
        max: history.runs.map(\.highest).max() ?? last.handles)
    }
  }
}

extension WrapStatus {
  /// A leak that needs longer than this for its wrap isn't expected to wrap.
  static let hoursMax = SimulationParameters.hoursMax

  init(verdict: Verdict, finding: Finding, programs: [Program]) {
    let leaking = programs.filter { $0.finding == .leaking }
    let isHigh = programs.contains { $0.replay.highestKeys >= KeyControlBlock.countModulus }
    if verdict == .fixed {
      self = .notExpected
    } else if programs.contains(where: { $0.wraps > 0 }) {
      self = .happened
    } else if leaking.contains(where: { $0.hoursToWrap <= Self.hoursMax }) {
      self = .expected
    } else if finding == .insufficientData || finding == .suspected || isHigh {
      self = .cannotTell
    } else if leaking.contains(where: { $0.leakPerHour == nil }) {
      // What leaked has ended; whether its next run leaks too isn't clear yet.
      self = .cannotTell
    } else {
      self = .notExpected
    }
  }
}

extension ConclusionFacts {
  init(
    request: DiagnosisRequest, fix: FixVerdict, worst: Program?, first: Program?, severalHosts: Bool
  ) {
    program = worst?.key.process ?? "the program"
    isAddedUp = worst?.isAddedUp ?? false
    let name = severalHosts ? worst?.key.host : worst?.key.host ?? request.host.name
    place = name.map { " on \($0)" } ?? ""
    level = fix.servicePack?.id ?? "This level"
    fixedIn = fix.fixedIn?.id ?? "SP4"
    handlesPerHour = worst?.leakPerHour ?? worst?.formerLeakPerHour
    forecast = worst?.forecast
    lastWrap = worst?.lastWrap
    highest = worst?.replay.highestTotal ?? 0
    if let first, first.finding == .leaking, first.key != worst?.key {
      otherLeak = (first.key.process, first.leakPerHour ?? first.formerLeakPerHour)
    }
  }
}
