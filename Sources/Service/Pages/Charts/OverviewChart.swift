import Diagnosis
import Handles

/// Several processes beside each other, from 0 up.
enum OverviewChart {
  /// Moments in the table.
  private static let rowsMax = 8

  /// Nil without samples.
  static func chart(of processes: [MeasuredProcess]) -> Chart? {
    guard let from = processes.compactMap(\.diagnosis.from).min(),
      let to = processes.compactMap(\.diagnosis.to).max()
    else { return nil }
    let highest = processes.compactMap(\.diagnosis.handles?.max).max() ?? 0
    let ticks = NumberTicks(covering: 0...Double(max(1, highest)))
    let area = PlotArea(from: from, to: to, handles: ticks.range)
    let names = processes.map { process in
      let handles = process.diagnosis.handles
      return "\(process.name) from \(count(handles?.first)) to \(count(handles?.last))"
    }
    var chart = Chart(
      id: "overview", title: "Handles by process",
      description: "Handle counts from \(HumanText.minutes(from)) to \(HumanText.minutes(to)): "
        + names.joined(separator: "; ") + ".",
      area: area, table: table(of: processes, in: area))
    if processes.contains(where: \.diagnosis.wrap.applies) {
      chart.addRule(
        at: Double(KeyControlBlock.countModulus), "65,536", kind: "wrap", in: area)
    }
    for (index, process) in processes.enumerated() {
      let kind = "series series-\(index + 1)"
      chart.shapes.append(
        Chart.Shape(kind: kind, path: ThinnedPath(process.runs, in: area).text))
      chart.keys.append(Chart.Key(kind: kind, label: process.name))
    }
    return chart
  }

  private static func table(of processes: [MeasuredProcess], in area: PlotArea) -> Chart.Table {
    let extent = area.to.milliseconds - area.from.milliseconds
    let rows = (0..<rowsMax).compactMap { row -> Chart.Row? in
      let passed = extent / Int64(rowsMax - 1) * Int64(row)
      let time = row == rowsMax - 1 ? area.to.milliseconds : area.from.milliseconds + passed
      return Timestamp(milliseconds: time).map { time in
        Chart.Row(
          name: HumanText.minutes(time),
          cells: processes.map { count($0.last(before: time)?.handles) })
      }
    }
    return Chart.Table(columns: ["Time"] + processes.map(\.name), rows: rows)
  }

  private static func count(_ handles: Int64?) -> String {
    handles.map { HumanText.number(Double($0)) } ?? "–"
  }
}

extension MeasuredProcess {
  /// The last sample at or before a time.
  fileprivate func last(before time: Timestamp) -> Sample? {
    guard let run = runs.last(where: { $0.samples.first.map { $0.time <= time } ?? false })
    else { return nil }
    // Samples are in order of time.
    var (low, high) = (run.samples.startIndex, run.samples.endIndex)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if run.samples[middle].time <= time { low = middle } else { high = middle }
    }
    return run.samples[low]
  }
}
