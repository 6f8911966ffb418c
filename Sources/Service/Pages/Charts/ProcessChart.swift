import Diagnosis
import Handles

/// What was measured of one process: its runs, the fitted slope with its interval, its restarts.
enum ProcessChart {
  /// Rows of the table.
  private static let rowsMax = 12
  /// Restarts that are marked.
  private static let restartsMax = 100

  /// Nil without samples.
  static func measured(_ process: MeasuredProcess, id: String) -> Chart? {
    guard let span = process.span else { return nil }
    let diagnosis = process.diagnosis
    let handles = diagnosis.handles
    let (lowest, highest) = (Double(handles?.min ?? 0), Double(handles?.max ?? 1))
    // A count far above 0 is drawn from below its lowest, so that its slope can be seen.
    let ticks = NumberTicks(covering: (lowest > highest * 0.6 ? lowest : 0)...max(highest, 1))
    let area = PlotArea(from: span.lowerBound, to: span.upperBound, handles: ticks.range)
    let trend = process.runs.last.flatMap { TrendLine(diagnosis.leak, in: $0) }
    var chart = Chart(
      id: id, title: "\(process.name): measured",
      description: description(of: process, trend: trend), area: area,
      table: table(of: process, in: area))
    if let trend { chart.shapes.append(Chart.Shape(kind: "band", path: trend.band(in: area))) }
    chart.shapes.append(
      Chart.Shape(kind: "series series-1", path: ThinnedPath(process.runs, in: area).text))
    if let trend { chart.shapes.append(Chart.Shape(kind: "trend", path: trend.path(in: area))) }
    let restarts = process.runs.dropFirst().compactMap(\.samples.first?.time)
    // More of them would hide what they mark; the description says how many there are.
    if restarts.count <= restartsMax {
      for time in restarts { chart.addMark(at: time, kind: "restart", in: area) }
    }
    for time in diagnosis.wrap.pastWrapTimes { chart.addMark(at: time, kind: "wrap", in: area) }
    addLimits(process, to: &chart, in: area)
    chart.keys = keys(process, trend: trend)
    return chart
  }

  /// Where the leaked handles make multiples of 65,536; where that means nothing, the limits.
  private static func addLimits(
    _ process: MeasuredProcess, to chart: inout Chart, in area: PlotArea
  ) {
    guard process.diagnosis.wrap.applies else {
      for limit in process.diagnosis.limits {
        chart.addRule(
          at: Double(limit.limit.count),
          "\(HumanText.number(Double(limit.limit.count))) \(limit.limit.resource.plural)",
          kind: "wrap",
          in: area)
      }
      return
    }
    let baseline = Double(process.runs.last?.baseline ?? 0)
    for wrap in 1...WrapForecast.pastWrapTimesMax {
      let leaked = Int64(wrap) * KeyControlBlock.countModulus
      chart.addRule(
        at: baseline + Double(leaked), "\(HumanText.number(Double(leaked))) leaked", kind: "wrap",
        in: area)
    }
  }

  private static func keys(_ process: MeasuredProcess, trend: TrendLine?) -> [Chart.Key] {
    var keys = [Chart.Key(kind: "series series-1", label: process.diagnosis.resource.label)]
    if trend != nil {
      keys.append(Chart.Key(kind: "trend", label: "Fitted slope"))
      keys.append(Chart.Key(kind: "band", label: "95 % interval"))
    }
    if (2...restartsMax + 1).contains(process.runs.count) {
      keys.append(Chart.Key(kind: "restart", label: "Restart"))
    }
    return keys
  }

  private static func description(of process: MeasuredProcess, trend: TrendLine?) -> String {
    let diagnosis = process.diagnosis
    var sentences: [String] = []
    if let handles = diagnosis.handles, let from = diagnosis.from, let to = diagnosis.to {
      sentences.append(
        "\(process.name) held \(HumanText.number(Double(handles.first))) \(diagnosis.resource.plural) at "
          + "\(HumanText.minutes(from)) and \(HumanText.number(Double(handles.last))) at "
          + "\(HumanText.minutes(to)), at least \(HumanText.number(Double(handles.min))) and at "
          + "most \(HumanText.number(Double(handles.max))).")
    }
    if trend != nil, let rate = diagnosis.leak.handlesPerHour {
      let interval = diagnosis.leak.interval.map {
        ", between \(HumanText.number($0.lowerBound)) and \(HumanText.number($0.upperBound))"
      }
      sentences.append("Fitted slope: \(HumanText.number(rate)) an hour\(interval ?? "").")
    }
    if diagnosis.restarts > 0 {
      sentences.append(diagnosis.restarts == 1 ? "1 restart." : "\(diagnosis.restarts) restarts.")
    }
    return sentences.joined(separator: " ")
  }

  private static func table(of process: MeasuredProcess, in area: PlotArea) -> Chart.Table {
    let extent = area.to.milliseconds - area.from.milliseconds + 1
    var parts = [Part?](repeating: nil, count: rowsMax)
    for sample in process.runs.lazy.map(\.samples).joined() {
      let share = Double(sample.time.milliseconds - area.from.milliseconds) / Double(extent)
      let index = min(max(Int(share * Double(rowsMax)), 0), rowsMax - 1)
      parts[index, default: Part(sample)].add(sample)
    }
    let rows = parts.compactMap { part in
      part.map { part in
        Chart.Row(
          name: HumanText.minutes(part.from),
          cells: ["\(part.samples)"]
            + [part.lowest, part.highest, part.last].map { HumanText.number(Double($0)) })
      }
    }
    return Chart.Table(columns: ["From", "Samples", "Lowest", "Highest", "Last"], rows: rows)
  }

  /// The samples of one row.
  private struct Part {
    let from: Timestamp
    var samples = 0
    var lowest: Int64
    var highest: Int64
    var last: Int64

    init(_ sample: Sample) {
      from = sample.time
      lowest = sample.handles
      highest = sample.handles
      last = sample.handles
    }

    mutating func add(_ sample: Sample) {
      samples += 1
      lowest = min(lowest, sample.handles)
      highest = max(highest, sample.handles)
      last = sample.handles
    }
  }
}

extension Array {
  /// The element at an index of an array of optionals, set to `value` where it is nil.
  fileprivate subscript<Wrapped>(
    index: Int, default value: @autoclosure () -> Wrapped
  ) -> Wrapped where Element == Wrapped? {
    get { self[index] ?? value() }
    set { self[index] = newValue }
  }
}
