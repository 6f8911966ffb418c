import Diagnosis
import Handles

/// The rectangle that a chart draws in: times across, handles up.
///
/// Its own units are stretched to whatever width the page has: the drawing is as sharp on a phone as
/// on a wide screen, and texts outside of it keep their size.
struct PlotArea {
  /// Units across; one column of a drawing.
  static let columns = 800
  /// Units up: two for each pixel of the height.
  static let rows = 560
  /// Pixels up.
  static let height = rows / 2

  let from: Timestamp
  let to: Timestamp
  /// Handles at the lower and at the upper edge.
  let handles: ClosedRange<Double>

  /// Never without an extent in time.
  init(from: Timestamp, to: Timestamp, handles: ClosedRange<Double>) {
    self.from = from
    self.to = to > from ? to : Timestamp(milliseconds: from.milliseconds + 60_000) ?? to
    self.handles = handles
  }

  /// The column of a time; what lies outside is put beyond the edge, not farther than one width.
  func column(of time: Timestamp) -> Int {
    let width = Double(to.milliseconds - from.milliseconds)
    guard width > 0 else { return 0 }
    return Self.unit(
      Double(time.milliseconds - from.milliseconds) / width, of: Self.columns)
  }

  /// The row of a count, from the top.
  func row(of count: Double) -> Int {
    let height = handles.upperBound - handles.lowerBound
    guard height > 0 else { return Self.rows }
    return Self.rows - Self.unit((count - handles.lowerBound) / height, of: Self.rows)
  }

  /// The place of a time in percent of the width, with one decimal.
  func percent(of time: Timestamp) -> Double {
    (Double(column(of: time)) * 1_000 / Double(Self.columns)).rounded() / 10
  }

  private static func unit(_ share: Double, of length: Int) -> Int {
    guard share.isFinite else { return 0 }
    return Int((min(max(share, -1), 2) * Double(length)).rounded())
  }
}
