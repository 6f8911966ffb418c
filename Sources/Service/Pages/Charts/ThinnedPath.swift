import Diagnosis

/// The line through samples as the `d` of an SVG path, with as few points as the drawing can show.
///
/// Of each column the first, the lowest, the highest and the last sample are kept, in their order: the
/// same pixels are painted as with all of them, and no spike is lost (Jugel et al., "M4: A
/// Visualization-Oriented Time Series Data Aggregation", 2014).
struct ThinnedPath {
  private(set) var text = ""
  private var points: [(x: Int, y: Int)] = []

  /// - Parameter samples: in order of time. What lies outside of the area is left out.
  init(_ samples: some Collection<Sample>, in area: PlotArea) {
    var column: Column?
    for sample in samples where sample.time >= area.from && sample.time <= area.to {
      let x = area.column(of: sample.time)
      if column?.x == x {
        column?.add(sample)
      } else {
        append(column, in: area)
        column = Column(x: x, first: sample)
      }
    }
    append(column, in: area)
    write()
  }

  /// The samples of one column that are kept.
  private struct Column {
    let x: Int
    var first: Sample
    var last: Sample
    var lowest: Sample
    var highest: Sample

    init(x: Int, first: Sample) {
      self.x = x
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
    let inner =
      column.lowest.time < column.highest.time
      ? [column.lowest, column.highest] : [column.highest, column.lowest]
    for sample in [column.first] + inner + [column.last] {
      append((column.x, area.row(of: Double(sample.handles))))
    }
  }

  /// A point on the line between its neighbours isn't needed.
  private mutating func append(_ point: (x: Int, y: Int)) {
    if let last = points.last, last == point { return }
    if points.count >= 2 {
      let (before, last) = (points[points.count - 2], points[points.count - 1])
      let onLine =
        (last.x - before.x) * (point.y - before.y) == (point.x - before.x) * (last.y - before.y)
      let between = (last.y - before.y).signum() * (point.y - last.y).signum() >= 0
      if onLine, between { points.removeLast() }
    }
    points.append(point)
  }

  /// Relative coordinates are short: `M0 512l3-2`.
  private mutating func write() {
    guard var last = points.first else { return }
    text = "M\(last.x) \(last.y)"
    // A single sample is drawn as a dot: a line of no length with round ends.
    text += points.count == 1 ? "h0" : "l"
    for (index, point) in points.dropFirst().enumerated() {
      let (x, y) = (point.x - last.x, point.y - last.y)
      text += (index == 0 || x < 0 ? "" : " ") + "\(x)" + (y < 0 ? "" : " ") + "\(y)"
      last = point
    }
  }
}
