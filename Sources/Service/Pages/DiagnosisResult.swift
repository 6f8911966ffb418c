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
    var wrap: String
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
  var rejected: [String]
  var hasRejected: Bool
  var article: String
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
      Link(id: $0.id.description, title: $0.title, path: Route.article($0.id.description).path)
    }
    charts = HandleCharts(diagnosis, series: series)
    processRows = diagnosis.processes.prefix(Self.processesMax).map(Self.row)
    hasPIDs = processRows.contains { !$0.pid.isEmpty }
    let left = diagnosis.processes.count - Self.processesMax
    more = left > 0 ? "… and \(left) more, which the JSON has." : nil
    levels = diagnosis.byServicePack.map { Self.row($0, host: diagnosis.host.servicePack) }
    hasLevels = !levels.isEmpty
    assumptions = diagnosis.assumptions
    rejected = diagnosis.rejected.prefix(20).map { "line \($0.line): \($0.detail)" }
    hasRejected = !diagnosis.rejected.isEmpty
    article = diagnosis.article.description
    articlePath = Route.article(diagnosis.article.description).path
  }

  /// A page with ten thousand rows helps nobody; the API has them all.
  private static let processesMax = 200

  private static func row(_ process: ProcessDiagnosis) -> ProcessRow {
    let handles =
      process.handles.map {
        "\(HumanText.number(Double($0.first))) to \(HumanText.number(Double($0.last)))"
      } ?? ""
    return ProcessRow(
      name: process.label, pid: process.pid.map { "\($0)" } ?? "", samples: process.samples,
      restarts: process.restarts, handles: handles, finding: process.leak.finding.label,
      findingClass: process.leak.finding.colour, rate: rate(process.leak),
      wrap: wrap(process.wrap), reasons: process.leak.reasons)
  }

  private static func row(_ level: LevelSimulation, host: ServicePack?) -> LevelRow {
    let simulation = level.simulation
    return LevelRow(
      level: level.servicePack.id, verdict: level.verdict.rawValue, label: level.verdict.label,
      isHost: level.servicePack == host, wrap: moment(simulation?.wrapAt),
      chanceFreed: simulation.map { HumanText.percent($0.chanceFreed) } ?? "",
      chanceCrash: simulation.map { HumanText.percent($0.chanceCrash) } ?? "",
      opensRefused: moment(simulation?.opensRefusedAt))
  }

  private static func rate(_ leak: Leak) -> String {
    guard leak.finding == .leaking || leak.finding == .suspected, let rate = leak.handlesPerHour
    else { return "" }
    let interval = leak.interval.map {
      " (\(HumanText.number($0.lowerBound)) to \(HumanText.number($0.upperBound)))"
    }
    return "\(HumanText.number(rate)) an hour\(interval ?? "")"
  }

  private static func wrap(_ forecast: WrapForecast) -> String {
    guard let expected = forecast.expectedAt else { return "" }
    let expectedText = HumanText.minutes(expected)
    guard let earliest = forecast.earliest else { return expectedText }
    let latest = forecast.latest.map(HumanText.minutes) ?? "possibly never"
    return "\(expectedText) (\(HumanText.minutes(earliest)) to \(latest))"
  }

  private static func moment(_ moment: Moment?) -> String {
    guard let moment else { return "" }
    return moment.time.map(HumanText.minutes) ?? "after \(HumanText.number(moment.hours)) hours"
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
