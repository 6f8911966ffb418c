import Bytes
import Diagnosis
import Handles
import KnowledgeBase

/// A diagnosis for a terminal.
struct DiagnosisText {
  let text: String

  /// A terminal full of steady processes helps nobody; `--json` has them all.
  private static let processesMax = 50

  init(_ diagnosis: Diagnosis) {
    let rejected = Self.rejected(diagnosis)
    var lines = diagnosis.rejectsMuch ? rejected + [""] : []
    lines += [diagnosis.summary, ""]
    let level = diagnosis.host.servicePack.map { " at \($0.id)" } ?? ""
    let host = diagnosis.host.name.map { "\($0): " } ?? ""
    let article = diagnosis.verdict == .notApplicable ? "" : " (\(diagnosis.article))"
    lines.append(
      "\(host)\(diagnosis.host.product ?? "product not named")\(level) is "
        + "\(diagnosis.verdict.rawValue)\(article)")
    lines += ["", Self.row(["PROCESS", "COUNT", "FINDING", "PER HOUR", "EXPECTED"])]
    lines += diagnosis.processes.prefix(Self.processesMax).map { Self.row($0, diagnosis.time) }
    if diagnosis.processes.count > Self.processesMax {
      lines.append("… and \(diagnosis.processes.count - Self.processesMax) more")
    }
    if !diagnosis.deadlines.isEmpty {
      lines += ["", "Act by (the early end of the 95 % interval):"]
      lines += diagnosis.deadlines.prefix(Self.processesMax).map { Self.line($0, diagnosis.time) }
    }
    if !diagnosis.byServicePack.isEmpty {
      let until = diagnosis.chancesUntil.map { " until \(diagnosis.time.point($0))" } ?? ""
      lines += [
        "",
        "What each level does if it goes on so, with the chances of memory corruption and of a "
          + "crash\(until):",
      ]
      lines += [Self.row(["LEVEL", "VERDICT", "CORRUPTION", "CRASH", "WHAT HAPPENS"])]
      lines += diagnosis.byServicePack.map { Self.row($0, diagnosis.time) }
    }
    lines += ["", "What to do:"] + diagnosis.advice.map { "- \($0)" }
    if !diagnosis.related.isEmpty {
      lines += ["", "Articles that could explain it:"]
      lines += diagnosis.related.map { "- \($0.id) \($0.title)" }
    }
    if !diagnosis.assumptions.isEmpty {
      lines += ["", "Assumed:"] + diagnosis.assumptions.map { "- \($0)" }
    }
    if !rejected.isEmpty, !diagnosis.rejectsMuch { lines += [""] + rejected }
    text = lines.joined(separator: "\n")
  }

  private static func rejected(_ diagnosis: Diagnosis) -> [String] {
    guard !diagnosis.rejected.isEmpty else { return [] }
    return ["Rejected rows:"]
      + diagnosis.rejected.prefix(10).map { "- \($0.text)" }
  }

  private static func line(_ deadline: Deadline, _ time: TimeText) -> String {
    let number = deadline.instance == 0 ? "" : "#\(deadline.instance)"
    let pid = deadline.pid.map { " (PID \($0))" } ?? ""
    let host = deadline.host.map { "\($0)/" } ?? ""
    let when = deadline.isOverdue ? "overdue" : time.relative(deadline.actBy) ?? ""
    return "- \(time.point(deadline.actBy)), \(when): \(host)\(deadline.process)\(number)\(pid)"
  }

  private static func row(_ process: ProcessDiagnosis, _ time: TimeText) -> String {
    let number = process.instance == 0 ? "" : "#\(process.instance)"
    let pid = process.pid.map { " (\($0))" } ?? ""
    let climbs = process.leak.finding == .leaking || process.leak.finding == .suspected
    return row([
      "\(process.host.map { "\($0)/" } ?? "")\(process.process)\(number)\(pid)",
      process.handles.map { "\($0.first) to \($0.last)" } ?? "",
      process.leak.finding.rawValue,
      climbs ? process.leak.handlesPerHour.map(HumanText.number) ?? "" : "",
      process.limits.first.map { Self.expected($0, time) } ?? "",
    ])
  }

  private static func expected(_ limit: LimitForecast, _ time: TimeText) -> String {
    let what = "\(limit.limit.count) \(limit.limit.resource.plural)"
    if limit.reached { return "\(what): reached" }
    return limit.expectedAt.map { "\(what): \(time.point($0))" } ?? ""
  }

  private static func row(_ level: LevelSimulation, _ time: TimeText) -> String {
    let simulation = level.simulation
    let wrap = simulation?.wrapAt?.time.map { "count wraps \(time.point($0))" }
    let refused = simulation?.opensRefusedAt?.time.map {
      "opens are refused from \(time.point($0))"
    }
    return row([
      level.servicePack.id, level.verdict.rawValue,
      simulation.map { HumanText.percent($0.chanceFreed) } ?? "",
      simulation.map { HumanText.percent($0.chanceCrash) } ?? "",
      wrap ?? refused ?? "",
    ])
  }

  private static func row(_ cells: [String]) -> String {
    let widths = [22, 20, 18, 12]
    let padded = cells.enumerated().map { index, cell in
      index < widths.count
        ? cell + String(repeating: " ", count: max(1, widths[index] - cell.count)) : cell
    }
    var line = padded.joined()
    while line.last == " " { line.removeLast() }
    return line
  }
}
