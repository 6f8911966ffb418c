import Diagnosis
import Handles
import KnowledgeBase
import UseCases
import Web

/// A diagnosis for people: what it says, the charts of what it was made from, the tables.
struct DiagnosisResult {
  /// One process of the log.
  struct ProcessRow {
    var name: String
    var pid: String
    var samples: Int
    var restarts: Int
    var handles: String
    var finding: String
    var findingClass: String
    var rate: String
    /// What runs out first.
    var limit: String
    var actBy: String
    var expected: String
    var reasons: [String]
  }

  /// One level of the product.
  struct LevelRow {
    var level: String
    var verdict: String
    var label: String
    /// Whether it is the level that the host has.
    var isHost: Bool
    var wrap: String
    var chanceFreed: String
    var chanceCrash: String
    var opensRefused: String
  }

  /// An article that could explain the leak.
  struct Link {
    var id: String
    var title: String
    var path: String
  }

  var summary: String
  var verdictClass: String
  var label: String
  var finding: String
  var host: String
  var advice: [String]
  var related: [Link]
  var charts: HandleCharts
  var processRows: [ProcessRow]
  /// Many formats have none.
  var hasPIDs: Bool
  /// What the rows leave out; nil if nothing.
  var more: String?
  var levels: [LevelRow]
  /// A product that isn't known has none.
  var hasLevels: Bool
  var assumptions: [String]
  var hasAssumptions: Bool
  /// Where rows were rejected, they are said first if they were many, else at the end.
  var rejected: [String]
  var rejectedCount: String
  var rejectedFirst: Bool
  var rejectedLast: Bool
  var deadlines: [DeadlineRow]
  var hasDeadlines: Bool
  /// What the chances of the levels are of.
  var chances: String
  /// Nil where the article can't concern the host.
  var article: String?
  var articlePath: String

  /// - Parameters:
  ///   - series: of the diagnosis, in its order.
  init(_ diagnosis: Diagnosis, series: [HandleSeries]) {
    summary = diagnosis.summary
    verdictClass = diagnosis.verdict.rawValue
    label = diagnosis.verdict.label
    finding = diagnosis.finding.label
    host = diagnosis.host.name ?? ""
    advice = diagnosis.advice
    related = diagnosis.related.map {
      Link(id: $0.id.description, title: $0.title, path: Route.article.path($0.id.description))
    }
    charts = HandleCharts(diagnosis, series: series)
    let time = diagnosis.time
    processRows = diagnosis.processes.prefix(Self.processesMax).map { Self.row($0, time) }
    deadlines = diagnosis.deadlines.prefix(Self.processesMax).map { DeadlineRow($0, time) }
    hasDeadlines = !deadlines.isEmpty
    let until = diagnosis.chancesUntil.map { " until \(time.point($0))" } ?? ""
    chances =
      "What each level does if the handles go on as now. The chances are those of memory corruption and "
      + "of a crash\(until)."
    hasPIDs = processRows.contains { !$0.pid.isEmpty }
    let left = diagnosis.processes.count - Self.processesMax
    more = left > 0 ? "… and \(left) more, which the JSON has." : nil
    levels = diagnosis.byServicePack.map { Self.row($0, host: diagnosis.host.servicePack, time) }
    hasLevels = !levels.isEmpty
    assumptions = diagnosis.assumptions
    hasAssumptions = !assumptions.isEmpty
    rejected = diagnosis.rejected.prefix(20).map(\.text)
    rejectedCount =
      diagnosis.rejected.count == 1
      ? "1 row was rejected" : "\(diagnosis.rejected.count) rows were rejected"
    rejectedFirst = diagnosis.rejectsMuch
    rejectedLast = !diagnosis.rejected.isEmpty && !rejectedFirst
    article = diagnosis.verdict == .notApplicable ? nil : diagnosis.article.description
    articlePath = Route.article.path(diagnosis.article.description)
  }

  /// A page with ten thousand rows helps nobody; the API has them all.
  private static let processesMax = 200

  private static func row(_ process: ProcessDiagnosis, _ time: TimeText) -> ProcessRow {
    let first = process.limits.first
    let handles =
      process.handles.map {
        "\(HumanText.number(Double($0.first))) to \(HumanText.number(Double($0.last)))"
      } ?? ""
    return ProcessRow(
      name: process.label, pid: process.pid.map { "\($0)" } ?? "", samples: process.samples,
      restarts: process.restarts, handles: handles, finding: process.leak.finding.label,
      findingClass: process.leak.finding.colour, rate: rate(process.leak),
      limit: first.map { "\(HumanText.number(Double($0.limit.count))) \($0.limit.resource.plural)" }
        ?? "",
      actBy: first?.actBy.map(time.point) ?? "", expected: first.map { expected($0, time) } ?? "",
      reasons: process.leak.reasons)
  }

  private static func row(
    _ level: LevelSimulation, host: ServicePack?, _ time: TimeText
  ) -> LevelRow {
    let simulation = level.simulation
    return LevelRow(
      level: level.servicePack.id, verdict: level.verdict.rawValue, label: level.verdict.label,
      isHost: level.servicePack == host, wrap: moment(simulation?.wrapAt, time),
      chanceFreed: simulation.map { HumanText.percent($0.chanceFreed) } ?? "",
      chanceCrash: simulation.map { HumanText.percent($0.chanceCrash) } ?? "",
      opensRefused: moment(simulation?.opensRefusedAt, time))
  }

  private static func rate(_ leak: Leak) -> String {
    guard leak.finding == .leaking || leak.finding == .suspected, let rate = leak.handlesPerHour
    else { return "" }
    let interval = leak.interval.map {
      " (\(HumanText.number($0.lowerBound)) to \(HumanText.number($0.upperBound)))"
    }
    return "\(HumanText.number(rate)) an hour\(interval ?? "")"
  }

  private static func expected(_ limit: LimitForecast, _ time: TimeText) -> String {
    if limit.reached { return "reached" }
    guard let expected = limit.expectedAt else { return "" }
    let latest = limit.latest.map(time.point) ?? "possibly never"
    return "\(time.point(expected)), at the latest \(latest)"
  }

  private static func moment(_ moment: Moment?, _ time: TimeText) -> String {
    guard let moment else { return "" }
    return moment.time.map(time.point) ?? "after \(HumanText.number(moment.hours)) hours"
  }
}

extension DiagnosisResult {
  /// One process to act on.
  struct DeadlineRow {
    var name: String
    var actBy: String
    /// `in 3 h 10 min`, or `overdue`.
    var relative: String
    var isOverdue: Bool
    var action: String
    var why: String

    init(_ deadline: Deadline, _ time: TimeText) {
      let host = deadline.host.map { "\($0): " } ?? ""
      let number = deadline.instance == 0 ? "" : "#\(deadline.instance)"
      name = "\(host)\(deadline.process)\(number)\(deadline.pid.map { " (PID \($0))" } ?? "")"
      actBy = time.point(deadline.actBy)
      isOverdue = deadline.isOverdue
      relative = deadline.isOverdue ? "overdue" : time.relative(deadline.actBy) ?? ""
      action = deadline.action
      why = deadline.why
    }
  }
}

extension Finding {
  /// As words on a page.
  var label: String {
    switch self {
    case .leaking: "leaking"
    case .suspected: "suspected"
    case .steady: "steady"
    case .insufficientData: "not enough data"
    }
  }

  /// The class that colours it.
  var colour: String {
    switch self {
    case .leaking: "affected"
    case .steady: "fixed"
    case .suspected: "suspected"
    case .insufficientData: "unknown"
    }
  }
}
