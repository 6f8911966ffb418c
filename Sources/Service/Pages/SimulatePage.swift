import Diagnosis
import HTTPTypes
import KnowledgeBase
import Web

/// `/simulate`: one registry key at constant rates, on an affected and on a fixed kernel.
struct SimulatePage {
  /// What the simulator saw on one kernel.
  struct Kernel {
    var levels: String
    var verdict: String
    var label: String
    var sign: String
    var sentence: String
    var figures: [Figure]
    var events: [Event]
  }

  struct Figure {
    var name: String
    var value: String
  }

  struct Event {
    var at: String
    var text: String
  }

  /// Both kernels.
  struct Result {
    var kernels: [Kernel]
    var assumptions: [String]
  }

  var title = "The leak, simulated"
  var opensPerHour: String
  var touchesPerHour: String
  var hours: String
  var result: Result?
  /// Why the numbers can't be simulated.
  var refusal: String?

  init(_ form: SimulationQuery, report: SimulationReport? = nil, refusal: String? = nil) {
    opensPerHour = form.opensPerHour
    touchesPerHour = form.touchesPerHour
    hours = form.hours
    self.refusal = refusal
    result = report.map { report in
      Result(
        kernels: [Verdict.affected, .fixed].compactMap {
          Self.kernel($0, report.byServicePack)
        }, assumptions: report.assumptions)
    }
  }

  private static func kernel(_ verdict: Verdict, _ all: [LevelSimulation]) -> Kernel? {
    let levels = all.filter { $0.verdict == verdict }
    guard let first = levels.first, let last = levels.last, let simulation = first.simulation else {
      return nil
    }
    var figures = [
      Figure(name: "The count wraps", value: moment(simulation.wrapAt)),
      Figure(name: "Chance of a block freed in use", value: percent(simulation.chanceFreed)),
      Figure(name: "Chance of a crash", value: percent(simulation.chanceCrash)),
    ]
    if verdict == .fixed {
      figures = [Figure(name: "Opens are refused", value: moment(simulation.opensRefusedAt))]
    }
    return Kernel(
      levels: "\(first.servicePack.id) to \(last.servicePack.id)", verdict: verdict.rawValue,
      label: verdict.label, sign: verdict.sign,
      sentence: verdict == .affected
        ? "The 16-bit count runs over. A close at that moment frees storage that is in use."
        : "The open that would make the count run over fails. The machine stays up; the leak is "
          + "still there.",
      figures: figures,
      events: simulation.events.enumerated().compactMap { index, event in
        let end = simulation.events.dropFirst(index).first { $0.event == .dangerousWindowClosed }
        return text(event, until: end?.atHours).map { Event(at: duration(event.atHours), text: $0) }
      })
  }

  /// - Parameter end: when the dangerous window closes, if the event opens one; its end needs no line.
  private static func text(_ event: SimulationEvent, until end: Double?) -> String? {
    switch event.event {
    case .countWrapped: "The count goes from 65,535 to 0."
    case .dangerousWindowOpened:
      "\(end.map { "For \(duration($0 - event.atHours))" } ?? "From here") a close frees the block "
        + "while handles are open."
    case .dangerousWindowClosed: nil
    case .blockFreed: "In the middle trial the block is freed here."
    case .crash: "In the middle trial the machine stops here."
    case .opensRefused: "The next open is refused."
    case .processExit:
      "The program ends and its handles are closed"
        + ((event.staleAccesses ?? 0) > 0
          ? ": \(HumanText.number(Double(event.staleAccesses ?? 0))) accesses to freed storage."
          : ".")
    }
  }

  private static func moment(_ moment: Moment?) -> String {
    moment.map { "after \(duration($0.hours))" } ?? "not within this time"
  }

  private static func percent(_ share: Double) -> String {
    share > 0 && share < 0.001 ? "less than 0.1 %" : HumanText.percent(share)
  }

  /// Minutes, hours or days, whichever reads best.
  private static func duration(_ hours: Double) -> String {
    if hours < 1 / 60.0 { return "\(HumanText.number(hours * 3_600)) seconds" }
    if hours < 1 { return "\(HumanText.number(hours * 60)) minutes" }
    return hours < 72
      ? "\(HumanText.number(hours)) hours" : "\(HumanText.number(hours / 24)) days"
  }
}

/// The parameters of the page as they were typed.
struct SimulationQuery {
  var opensPerHour = "3600"
  var touchesPerHour = "60"
  var hours = "48"
  /// Whether the request asks for a simulation.
  var isAsked = false

  init(_ parameters: QueryParameters) throws(Problem) {
    func text(_ name: String, _ value: inout String) throws(Problem) {
      guard let given = try parameters.shortValue(name) else { return }
      isAsked = true
      if !given.isEmpty { value = given }
    }
    try text("opens_per_hour", &opensPerHour)
    try text("touches_per_hour", &touchesPerHour)
    try text("hours", &hours)
  }

  /// The numbers.
  ///
  /// - Throws: `Problem` (400) that says which of them is at fault.
  func parameters() throws(Problem) -> SimulationParameters {
    func number(_ name: String, _ text: String) throws(Problem) -> Double {
      guard let number = Double(text) else {
        throw Problem(.badRequest, "\(name) is a number.")
      }
      return number
    }
    let opens = try number("Opens per hour", opensPerHour)
    let touches = try number("Touches per hour", touchesPerHour)
    let hours = try number("Hours", hours)
    do throws(ParameterError) {
      return try SimulationParameters(opensPerHour: opens, touchesPerHour: touches, hours: hours)
    } catch {
      let name = error.parameter.replacing("_", with: " ")
      throw Problem(
        .badRequest,
        "\(name.prefix(1).uppercased() + name.dropFirst()) must be \(error.requirement).")
    }
  }
}
