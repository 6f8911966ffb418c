import Handles
import Bytes
import Diagnosis
import KnowledgeBase

/// A diagnosis for a terminal.
struct DiagnosisText {
  let text: String

  /// A terminal full of steady processes helps nobody; `--json` has them all.
  private static let processesMax = 50

  init(_ diagnosis: Diagnosis) {
    var lines = [diagnosis.summary, ""]
    let level = diagnosis.host.servicePack.map { " at \($0.id)" } ?? ""
    let host = diagnosis.host.name.map { "\($0): " } ?? ""
    lines.append(
      "\(host)\(diagnosis.host.product ?? "product not named")\(level) is "
        + "\(diagnosis.verdict.rawValue) (\(diagnosis.article))")
    lines += ["", Self.row(["PROCESS", "HANDLES", "FINDING", "PER HOUR", "COUNT WRAPS"])]
    lines += diagnosis.processes.prefix(Self.processesMax).map(Self.row)
    if diagnosis.processes.count > Self.processesMax {
      lines.append("… and \(diagnosis.processes.count - Self.processesMax) more")
    }
    if !diagnosis.byServicePack.isEmpty {
      lines += ["", Self.row(["LEVEL", "VERDICT", "BLOCK FREED", "CRASH", "WHAT HAPPENS"])]
      lines += diagnosis.byServicePack.map(Self.row)
    }
    lines += ["", "What to do:"] + diagnosis.advice.map { "- \($0)" }
    if !diagnosis.related.isEmpty {
      lines += ["", "Articles that could explain it:"]
      lines += diagnosis.related.map { "- \($0.id) \($0.title)" }
    }
    lines += ["", "Assumed:"] + diagnosis.assumptions.map { "- \($0)" }
    if !diagnosis.rejected.isEmpty {
      lines += ["", "Rows not taken:"]
      lines += diagnosis.rejected.prefix(10).map { "- line \($0.line): \($0.detail)" }
    }
    text = lines.joined(separator: "\n")
  }

  private static func row(_ process: ProcessDiagnosis) -> String {
    let number = process.instance == 0 ? "" : "#\(process.instance)"
    let climbs = process.leak.finding == .leaking || process.leak.finding == .suspected
    return row([
      "\(process.host.map { "\($0)/" } ?? "")\(process.process)\(number)",
      process.handles.map { "\($0.first) to \($0.last)" } ?? "",
      process.leak.finding.rawValue,
      climbs ? process.leak.handlesPerHour.map(HumanText.number) ?? "" : "",
      process.wrap.expectedAt.map(HumanText.minutes) ?? "",
    ])
  }

  private static func row(_ level: LevelSimulation) -> String {
    let simulation = level.simulation
    let wrap = simulation?.wrapAt?.time.map { "count wraps \(HumanText.minutes($0))" }
    let refused = simulation?.opensRefusedAt?.time.map {
      "opens are refused from \(HumanText.minutes($0))"
    }
    return row([
      level.servicePack.id, level.verdict.rawValue,
      simulation.map { HumanText.percent($0.chanceFreed) } ?? "",
      simulation.map { HumanText.percent($0.chanceCrash) } ?? "",
      wrap ?? refused ?? "",
    ])
  }

  private static func row(_ cells: [String]) -> String {
    let widths = [20, 16, 18, 12]
    let padded = cells.enumerated().map { index, cell in
      index < widths.count
        ? cell + String(repeating: " ", count: max(1, widths[index] - cell.count)) : cell
    }
    var line = padded.joined()
    while line.last == " " { line.removeLast() }
    return line
  }
}
