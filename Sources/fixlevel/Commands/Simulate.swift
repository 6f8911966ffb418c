import ArgumentParser
import Diagnosis
import KnowledgeBase
import UseCases

/// `fixlevel simulate`: what a leak at given rates does to each service pack.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Simulate a leaking registry key on every service pack.")

  @Option(name: .setting(.opensPerHour), help: .setting(.opensPerHour))
  var opensPerHour: Double

  @Option(name: .setting(.closesPerHour), help: .setting(.closesPerHour))
  var closesPerHour = Defaults.closesPerHour

  @Option(name: .setting(.touchesPerHour), help: .setting(.touchesPerHour))
  var touchesPerHour = Defaults.touchesPerHour

  @Option(name: .setting(.hours), help: .setting(.hours))
  var hours = Defaults.hours

  @Option(name: .setting(.hazard), help: .setting(.hazard))
  var hazard = Defaults.hazard

  @Option(name: .setting(.closeAtZero), help: .setting(.closeAtZero), transform: Self.reading)
  var closeAtZero = Defaults.closeAtZero

  @Option(name: .setting(.keys), help: .setting(.keys))
  var keys = Defaults.keys

  @Option(name: .setting(.seed), help: .setting(.seed))
  var seed = Defaults.seed

  @Option(name: .setting(.product), help: .setting(.product))
  var product: String?

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  func run() throws {
    let report: SimulationReport
    do {
      let parameters = try SimulationParameters(
        opensPerHour: opensPerHour, closesPerHour: closesPerHour, touchesPerHour: touchesPerHour,
        hours: hours, hazard: hazard, closeAtZero: closeAtZero, keys: keys, seed: seed)
      report = try simulate(parameters, product: product)
    } catch let error as ParameterError {
      let flag = error.parameter.split(separator: "_").joined(separator: "-")
      throw ProgramFailure(.usage, "--\(flag) must be \(error.requirement)")
    }
    try Console.print(json ? try APIDocument.text(report) : Self.text(report))
  }

  private static func reading(_ text: String) throws -> CloseAtZero {
    guard let reading = CloseAtZero(rawValue: text) else {
      throw ValidationError("\(Setting.closeAtZero.flag) takes article or decrement")
    }
    return reading
  }

  /// Levels that fare alike stand together.
  private static func text(_ report: SimulationReport) -> String {
    var groups: [(levels: [String], lines: [String])] = []
    for level in report.byServicePack {
      let lines = Self.lines(level)
      if lines == groups.last?.lines {
        groups[groups.count - 1].levels.append(level.servicePack.id)
      } else {
        groups.append(([level.servicePack.id], lines))
      }
    }
    let lines = groups.flatMap { group in
      ["\(group.levels.joined(separator: ", ")): \(group.lines[0])"] + group.lines.dropFirst()
    }
    return (lines + (lines.isEmpty ? [] : [""]) + report.assumptions).joined(separator: "\n")
  }

  /// The verdict, then what happens, when.
  private static func lines(_ level: LevelSimulation) -> [String] {
    guard let simulation = level.simulation else { return [level.verdict.rawValue] }
    let events = simulation.events.prefix(20).map { event in
      let stale = event.staleAccesses.map {
        " (\(HumanText.number(Double($0))) accesses to freed storage)"
      }
      let words = event.event.rawValue.split(separator: "_").joined(separator: " ")
      return "  \(HumanText.number(event.atHours)) h  \(words)\(stale ?? "")"
    }
    return [level.verdict.rawValue] + events + [
      "  chance that the block is freed too early \(HumanText.percent(simulation.chanceFreed)), of a "
        + "crash \(HumanText.percent(simulation.chanceCrash))"
    ]
  }
}
