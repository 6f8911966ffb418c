import Diagnosis
import Handles
import UseCases

/// From the log to the wrap: the line at which the count wraps, and the cone that leads to it.
enum ForecastChart {
  /// How far behind the expected wrap the chart goes, as a part of the time until it.
  private static let reachMax = 1.0

  /// Nil where no wrap is ahead.
  static func chart(of process: MeasuredProcess, id: String) -> Chart? {
    let wrap = process.diagnosis.wrap
    guard let expected = wrap.expectedAt, let run = process.runs.last,
      let from = process.runs.first?.samples.first?.time, let last = run.samples.last,
      last.time < expected
    else { return nil }
    let hours = expected.hours(since: last.time)
    let farthest = expected.adding(hours: hours * reachMax) ?? expected
    let to = max(
      expected.adding(hours: hours * 0.1) ?? expected, min(wrap.latest ?? farthest, farthest))
    let limit = Double(last.handles) + Double(wrap.remainingOpens)
    let ticks = NumberTicks(covering: 0...limit * 1.05)
    let area = PlotArea(from: from, to: to, handles: ticks.range)
    var chart = Chart(
      id: id, title: "\(process.name): forecast", description: description(of: process, expected),
      area: area, table: table(of: process, last, expected, limit: limit))
    chart.shapes.append(
      Chart.Shape(kind: "cone", path: cone(wrap, from: last, limit: limit, in: area)))
    chart.shapes.append(
      Chart.Shape(kind: "series series-1", path: ThinnedPath(process.runs, in: area).text))
    let points = [point(last.time, Double(last.handles), area), point(expected, limit, area)]
    chart.shapes.append(Chart.Shape(kind: "forecast", path: "M\(points.joined(separator: "L"))"))
    chart.addMark(at: expected, kind: "expected", in: area)
    chart.addRule(at: limit, "65,536 leaked: the count wraps", kind: "wrap", in: area)
    chart.keys = [
      Chart.Key(kind: "series series-1", label: "Handles"),
      Chart.Key(kind: "forecast", label: "At the fitted slope"),
      Chart.Key(kind: "cone", label: "95 % interval"),
    ]
    return chart
  }

  /// From the last sample along the fastest and the slowest rate to the limit.
  private static func cone(
    _ wrap: WrapForecast, from last: Sample, limit: Double, in area: PlotArea
  ) -> String {
    let start = point(last.time, Double(last.handles), area)
    let earliest = point(wrap.earliest ?? area.to, limit, area)
    guard let latest = wrap.latest else {
      // Possibly never: the lower edge stays where it is.
      let corner = point(area.to, limit, area)
      let level = point(area.to, Double(last.handles), area)
      return "M\(start)L\(earliest)L\(corner)L\(level)Z"
    }
    guard latest > area.to else { return "M\(start)L\(earliest)L\(point(latest, limit, area))Z" }
    // The slowest rate leaves the chart at its right edge.
    let share = area.to.hours(since: last.time) / latest.hours(since: last.time)
    let level = Double(last.handles) + (limit - Double(last.handles)) * share
    return "M\(start)L\(earliest)L\(point(area.to, limit, area))L\(point(area.to, level, area))Z"
  }

  private static func point(_ time: Timestamp, _ count: Double, _ area: PlotArea) -> String {
    "\(area.column(of: time)) \(area.row(of: count))"
  }

  private static func description(of process: MeasuredProcess, _ expected: Timestamp) -> String {
    let wrap = process.diagnosis.wrap
    let interval = wrap.earliest.map { earliest in
      ", at the earliest \(HumanText.minutes(earliest)), at the latest "
        + (wrap.latest.map(HumanText.minutes) ?? "never")
    }
    return "At its present rate \(process.name) will have leaked 65,536 handles at "
      + "\(HumanText.minutes(expected))\(interval ?? "")."
  }

  private static func table(
    of process: MeasuredProcess, _ last: Sample, _ expected: Timestamp, limit: Double
  ) -> Chart.Table {
    let wrap = process.diagnosis.wrap
    let atLimit = [HumanText.number(limit)]
    func row(_ name: String, _ time: String, _ cells: [String]) -> Chart.Row {
      Chart.Row(name: name, cells: [time] + cells)
    }
    return Chart.Table(
      columns: ["What", "When", "Handles"],
      rows: [
        row("Last sample", HumanText.minutes(last.time), [HumanText.number(Double(last.handles))]),
        row("Wrap, at the earliest", wrap.earliest.map(HumanText.minutes) ?? "–", atLimit),
        row("Wrap, as fitted", HumanText.minutes(expected), atLimit),
        row("Wrap, at the latest", wrap.latest.map(HumanText.minutes) ?? "possibly never", atLimit),
      ])
  }
}
