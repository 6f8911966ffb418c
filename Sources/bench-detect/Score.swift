import Diagnosis
import Foundation

/// How often a detector is right, by kind and in all.
struct Score {
  private struct Row {
    var traces = 0
    var alarms = 0
    var hopeless = 0
    var hopelessAlarms = 0
    var rateErrors: [Double] = []
    var forecasts = 0
    var held = 0
  }

  private let detector: Detector
  private var rows: [TraceKind: Row] = [:]

  init(_ detector: Detector, seed: UInt64, each: Int) {
    self.detector = detector
    for (place, kind) in TraceKind.allCases.enumerated() {
      var row = Row()
      for index in 0..<each {
        var generator = TraceGenerator(
          seed: (seed &* 1_000_003 &+ UInt64(place)) &* 1_000_003 &+ UInt64(index))
        let trace = generator.trace(kind)
        let answer = detector.answer(trace)
        guard trace.difficulty != .hopeless else {
          row.hopeless += 1
          if answer.alarm { row.hopelessAlarms += 1 }
          continue
        }
        row.traces += 1
        guard answer.alarm else { continue }
        row.alarms += 1
        guard kind.leaks, let truth = trace.wrapHours else { continue }
        if let rate = answer.rate { row.rateErrors.append(abs(rate - trace.rate) / trace.rate) }
        guard let range = answer.wrapHours else { continue }
        row.forecasts += 1
        if range.contains(truth) { row.held += 1 }
      }
      rows[kind] = row
    }
  }

  func printTable() {
    print("\n\(detector.rawValue)")
    print("kind                     traces   alarms  rate error  interval holds  hopeless")
    for kind in TraceKind.allCases {
      guard let row = rows[kind] else { continue }
      print(Self.line(kind, row))
    }
    let leaks = TraceKind.allCases.filter(\.leaks).compactMap { rows[$0] }
    let others = TraceKind.allCases.filter { !$0.leaks }.compactMap { rows[$0] }
    let hits = leaks.reduce(0) { $0 + $1.alarms }
    let falseAlarms = others.reduce(0) { $0 + $1.alarms }
    let found = Self.share(hits, of: leaks.reduce(0) { $0 + $1.traces })
    let right = Self.share(hits, of: hits + falseAlarms)
    let held = Self.share(
      leaks.reduce(0) { $0 + $1.held }, of: leaks.reduce(0) { $0 + $1.forecasts })
    print(
      "precision \(right)  recall \(found)  "
        + "median rate error \(Self.median(leaks.flatMap(\.rateErrors)))  interval holds \(held)")
  }

  private static func line(_ kind: TraceKind, _ row: Row) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    let name = kind.rawValue.padding(toLength: 22, withPad: " ", startingAt: 0)
    let counts = right("\(row.traces)", 9) + right(share(row.alarms, of: row.traces), 9)
    guard kind.leaks else { return name + counts }
    return name + counts + right(median(row.rateErrors), 12)
      + right(share(row.held, of: row.forecasts), 16)
      + right("\(row.hopelessAlarms) of \(row.hopeless)", 12)
  }

  private static func share(_ part: Int, of all: Int) -> String {
    all > 0 ? String(format: "%.3f", Double(part) / Double(all)) : "-"
  }

  private static func median(_ errors: [Double]) -> String {
    guard let middle = OrderStatistics.median(errors) else { return "-" }
    return String(format: "%.1f %%", 100 * middle)
  }
}
