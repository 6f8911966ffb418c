import Diagnosis
import Handles

/// The line through samples as the `d` of an SVG path, with as few points as the drawing can show.
///
/// Of each column the first, the lowest, the highest and the last sample are kept, in their order: the
/// same pixels are painted as with all of them, and no spike is lost (Jugel et al., "M4: A
/// Visualization-Oriented Time Series Data Aggregation", 2014).
///
/// Where a run begins the line is broken, unless that lies within a column.
struct ThinnedPath {
  private typealias Point = (x: Int, y: Int)

  private(set) var text = ""
  /// The lines between two breaks.
  private var lines: [[Point]] = []

  /// - Parameter runs: in order of time, as are their samples. What lies outside of the area is left
  ///   out.
  init(_ runs: [Run], in area: PlotArea) {
    var column: Column?
    for run in runs {
      var isFirst = true
      for sample in run.samples where sample.time >= area.from && sample.time <= area.to {
        let x = area.column(of: sample.time)
        if column?.x == x {
          column?.add(sample)
        } else {
          append(column, in: area)
          column = Column(x: x, first: sample, beginsRun: isFirst)
        }
        isFirst = false
      }
    }
    append(column, in: area)
    for line in lines { write(line) }
  }

  /// The samples of one column that are kept.
  private struct Column {
    let x: Int
    let beginsRun: Bool
    var first: Sample
    var last: Sample
    var lowest: Sample
    var highest: Sample

    init(x: Int, first: Sample, beginsRun: Bool) {
      self.x = x
      self.beginsRun = beginsRun
      self.first = first
      last = first
      lowest = first
      highest = first
    }

    mutating func add(_ sample: Sample) {
      last = sample
      if sample.handles < lowest.handles { lowest = sample }
      if sample.handles > highest.handles { highest = sample }
    }
  }

  private mutating func append(_ column: Column?, in area: PlotArea) {
    guard let column else { return }
    var line = column.beginsRun ? [] : lines.popLast() ?? []
    let inner =
      column.lowest.time < column.highest.time
      ? [column.lowest, column.highest] : [column.highest, column.lowest]
    for sample in [column.first] + inner + [column.last] {
      Self.append((column.x, area.row(of: Double(sample.handles))), to: &line)
    }
    lines.append(line)
  }

  /// A point on the line between its neighbours isn't needed.
  private static func append(_ point: Point, to line: inout [Point]) {
    if let last = line.last, last == point { return }
    if line.count >= 2 {
      let (before, last) = (line[line.count - 2], line[line.count - 1])
      let onLine =
        (last.x - before.x) * (point.y - before.y) == (point.x - before.x) * (last.y - before.y)
      let between = (last.y - before.y).signum() * (point.y - last.y).signum() >= 0
      if onLine, between { line.removeLast() }
    }
    line.append(point)
  }

  /// Relative coordinates are short: `M0 512l3-2`.
  private mutating func write(_ line: [Point]) {
    guard var last = line.first else { return }
    text += "M\(last.x) \(last.y)"
    // A single sample is drawn as a dot: a line of no length with round ends.
    text += line.count == 1 ? "h0" : "l"
    for (index, point) in line.dropFirst().enumerated() {
      let (x, y) = (point.x - last.x, point.y - last.y)
      text += (index == 0 || x < 0 ? "" : " ") + "\(x)" + (y < 0 ? "" : " ") + "\(y)"
      last = point
    }
  }
}
