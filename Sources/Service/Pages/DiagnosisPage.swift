import Diagnosis
import KnowledgeBase

/// `/diagnose` after an upload: the diagnosis for people.
struct DiagnosisPage {
  /// One process of the log.
  struct ProcessRow {
    var name: String
    var pid: String
    var samples: Int
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
    var wrap: String
    var chanceFreed: String
    var chanceCrash: String
    var opensRefused: String
  }

  var summary: String
  var verdictClass: String
  var label: String
  var finding: String
  var host: String
  var advice: [String]
  var processes: [ProcessRow]
  var levels: [LevelRow]
  var assumptions: [String]
  var rejected: [String]
  var hasRejected: Bool
  var article: String
  var articlePath: String
  var form: FormChoices

  init(_ diagnosis: Diagnosis, catalogue: ProductCatalogue) {
    summary = diagnosis.summary
    verdictClass = diagnosis.verdict.rawValue
    label = diagnosis.verdict.label
    finding = Self.label(diagnosis.finding)
    host = diagnosis.host.name ?? ""
    advice = diagnosis.advice
    processes = diagnosis.processes.prefix(Self.processesMax).map(Self.row)
    levels = diagnosis.byServicePack.map(Self.row)
    assumptions = diagnosis.assumptions
    rejected = diagnosis.rejected.prefix(20).map { "line \($0.line): \($0.detail)" }
    hasRejected = !diagnosis.rejected.isEmpty
    article = diagnosis.article.description
    articlePath = Route.article(diagnosis.article.description).path
    form = FormChoices(
      catalogue, product: diagnosis.host.product, level: diagnosis.host.servicePack?.id)
  }

  /// A page with ten thousand rows helps nobody; the API has them all.
  private static let processesMax = 200

  private static func row(_ process: ProcessDiagnosis) -> ProcessRow {
    let number = process.instance == 0 ? "" : "#\(process.instance)"
    let host = process.host.map { "\($0): " } ?? ""
    let handles =
      process.handles.map {
        "\(HumanText.number(Double($0.first))) to \(HumanText.number(Double($0.last)))"
      } ?? ""
    return ProcessRow(
      name: "\(host)\(process.process)\(number)", pid: process.pid.map { "\($0)" } ?? "",
      samples: process.samples, handles: handles, finding: label(process.leak.finding),
      findingClass: colour(process.leak.finding), rate: rate(process.leak),
      wrap: wrap(process.wrap), reasons: process.leak.reasons)
  }

  private static func row(_ level: LevelSimulation) -> LevelRow {
    let simulation = level.simulation
    return LevelRow(
      level: level.servicePack.id, verdict: level.verdict.rawValue, label: level.verdict.label,
      wrap: moment(simulation?.wrapAt),
      chanceFreed: simulation.map { HumanText.percent($0.chanceFreed) } ?? "",
      chanceCrash: simulation.map { HumanText.percent($0.chanceCrash) } ?? "",
      opensRefused: moment(simulation?.opensRefusedAt))
  }

  private static func label(_ finding: Finding) -> String {
    switch finding {
    case .leaking: "leaking"
    case .suspected: "suspected"
    case .steady: "steady"
    case .insufficientData: "not enough data"
    }
  }

  /// The class that colours a finding.
  private static func colour(_ finding: Finding) -> String {
    switch finding {
    case .leaking: "affected"
    case .steady: "fixed"
    case .suspected, .insufficientData: "unknown"
    }
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
