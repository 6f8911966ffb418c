import Diagnosis
import Handles

/// The charts of a diagnosis: the processes beside each other, and one by one those that leak.
struct HandleCharts {
  /// One process: what was measured, and what is to come.
  struct Process {
    var name: String
    var measured: Chart
    /// Nil where no limit is ahead.
    var forecast: Chart?
  }

  /// Processes in the chart of all.
  static let linesMax = 6
  /// Processes with charts of their own.
  static let processesMax = 4

  /// Nil for a log without samples.
  let overview: Chart?
  let processes: [Process]

  /// - Parameters:
  ///   - series: of the diagnosis, in its order.
  init(_ diagnosis: Diagnosis, series: [HandleSeries]) {
    let shown = zip(diagnosis.processes, series).enumerated()
      .filter { $0.element.0.samples > 0 }
      .sorted { left, right in
        let (one, other) = (left.element.0, right.element.0)
        let ranks = (one.leak.finding.rank, other.leak.finding.rank)
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        let highest = (one.handles?.max ?? 0, other.handles?.max ?? 0)
        return highest.0 != highest.1 ? highest.0 > highest.1 : left.offset < right.offset
      }
      .prefix(Self.linesMax)
      .map { MeasuredProcess($0.element.0, $0.element.1) }
    overview = OverviewChart.chart(of: shown)
    processes = shown.filter(\.climbs).prefix(Self.processesMax).enumerated()
      .compactMap { index, process in
        ProcessChart.measured(process, id: "measured-\(index + 1)").map { measured in
          Process(
            name: process.name, measured: measured,
            forecast: ForecastChart.chart(
              of: process, id: "forecast-\(index + 1)", diagnosis.time))
        }
      }
  }
}

/// A process with its samples cut where it was restarted.
struct MeasuredProcess {
  let diagnosis: ProcessDiagnosis
  let runs: [Run]

  init(_ diagnosis: ProcessDiagnosis, _ series: HandleSeries) {
    self.diagnosis = diagnosis
    runs = RunSplitter.runs(of: series.samples)
  }

  var climbs: Bool { diagnosis.leak.finding == .leaking || diagnosis.leak.finding == .suspected }

  var name: String { diagnosis.label }

  /// From the first sample to the last; nil without samples.
  var span: ClosedRange<Timestamp>? {
    guard let first = runs.first?.samples.first?.time, let last = runs.last?.samples.last?.time,
      first <= last
    else { return nil }
    return first...last
  }
}

extension ProcessDiagnosis {
  /// The process as pages name it: host and instance only where they tell it from others.
  var label: String {
    (host.map { "\($0): " } ?? "") + process + (instance == 0 ? "" : "#\(instance)")
  }
}

extension Finding {
  /// The place in lists: what needs attention first.
  fileprivate var rank: Int {
    switch self {
    case .leaking: 0
    case .suspected: 1
    case .steady: 2
    case .insufficientData: 3
    }
  }
}
