import Diagnosis
import Handles
import UseCases

/// From the log to the limit that the process meets first: its line, and the cone that leads to it.
enum ForecastChart {
  /// How far behind the expected time the chart goes, as a part of the time until it.
  private static let reachMax = 1.0

  /// Nil where no limit is ahead.
  static func chart(of process: MeasuredProcess, id: String, _ time: TimeText) -> Chart? {
    guard let target = ForecastTarget(process), let last = process.runs.last?.samples.last,
      let from = process.runs.first?.samples.first?.time
    else { return nil }
    let (expected, limit) = (target.expected, target.level)
    let hours = expected.hours(since: last.time)
    let farthest = expected.adding(hours: hours * reachMax) ?? expected
    let to = max(
      expected.adding(hours: hours * 0.1) ?? expected, min(target.latest ?? farthest, farthest))
    let ticks = NumberTicks(covering: 0...limit * 1.05)
    let area = PlotArea(from: from, to: to, handles: ticks.range)
    var chart = Chart(
      id: id, title: "\(process.name): forecast",
      description: description(of: process, target, time), area: area,
      table: table(target, last, time))
    chart.shapes.append(
      Chart.Shape(kind: "cone", path: cone(target, from: last, in: area)))
    chart.shapes.append(
      Chart.Shape(kind: "series series-1", path: ThinnedPath(process.runs, in: area).text))
    let points = [point(last.time, Double(last.handles), area), point(expected, limit, area)]
    chart.shapes.append(Chart.Shape(kind: "forecast", path: "M\(points.joined(separator: "L"))"))
    chart.addMark(at: expected, kind: "expected", in: area)
    chart.addRule(at: limit, target.label, kind: "wrap", in: area)
    chart.keys = [
      Chart.Key(kind: "series series-1", label: process.diagnosis.resource.label),
      Chart.Key(kind: "forecast", label: "At the fitted slope"),
      Chart.Key(kind: "cone", label: "95 % interval"),
    ]
    return chart
  }

  /// From the last sample along the fastest and the slowest rate to the limit.
  private static func cone(
    _ target: ForecastTarget, from last: Sample, in area: PlotArea
  ) -> String {
    let limit = target.level
    let start = point(last.time, Double(last.handles), area)
    let earliest = point(target.earliest ?? area.to, limit, area)
    guard let latest = target.latest else {
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

  private static func description(
    of process: MeasuredProcess, _ target: ForecastTarget, _ time: TimeText
  ) -> String {
    let interval = target.earliest.map { earliest in
      "; act by \(time.point(earliest)), the early end of the 95 % interval, whose late end is "
        + (target.latest.map(time.point) ?? "never")
    }
    return "At its present rate \(process.name) will have \(target.event): expected at "
      + "\(time.point(target.expected))\(interval ?? "")."
  }

  private static func table(
    _ target: ForecastTarget, _ last: Sample, _ time: TimeText
  ) -> Chart.Table {
    let atLimit = HumanText.number(target.level)
    func row(_ name: String, _ time: String, _ count: String) -> Chart.Row {
      Chart.Row(name: name, cells: [time, count])
    }
    return Chart.Table(
      columns: ["What", "When", "Count"],
      rows: [
        row("Last sample", time.point(last.time), HumanText.number(Double(last.handles))),
        row("Act by", target.earliest.map(time.point) ?? "–", atLimit),
        row("Expected", time.point(target.expected), atLimit),
        row("At the latest", target.latest.map(time.point) ?? "possibly never", atLimit),
      ])
  }
}

extension HandleResource {
  /// What a chart's line is called.
  var label: String {
    switch self {
    case .handles: "Handles"
    case .gdiObjects: "GDI objects"
    case .userObjects: "USER objects"
    case .fileDescriptors: "File descriptors"
    case .registryKeyOpens: "Opens of one registry key"
    }
  }
}
