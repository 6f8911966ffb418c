import Diagnosis
import Handles

/// A chart of handle counts over time as its template draws it: text in places, nothing to compute.
///
/// Places across are percents, or columns of the plot area; places up are pixels, or its rows. What
/// something looks like is the business of the style sheet: `kind` is its class.
struct Chart {
  /// Something that is drawn with one path.
  struct Shape {
    var kind: String
    var path: String
  }

  /// A horizontal line with a name.
  struct Rule {
    var kind: String
    var y: Int
    var labelY: Int
    var label: String
  }

  struct NumberTick {
    var y: Int
    var labelY: Int
    var label: String
  }

  struct TimeTick {
    var percent: Double
    var label: String
    /// Of the text: `start`, `middle` or `end`, so that none is cut off at an edge.
    var anchor: String
    /// Left out on narrow screens.
    var isSpare: Bool
  }

  /// A kind of line with its name.
  struct Key {
    var kind: String
    var label: String
  }

  /// The same in words and numbers.
  struct Table {
    var columns: [String]
    var rows: [Row]
  }

  struct Row {
    var name: String
    var cells: [String]
  }

  /// Names it within its page.
  var id: String
  var title: String
  /// What it shows, for those who don't see it.
  var description: String
  var shapes: [Shape] = []
  var rules: [Rule] = []
  var numberTicks: [NumberTick] = []
  var timeTicks: [TimeTick] = []
  var keys: [Key] = []
  var table: Table
  var height = PlotArea.height
  var rows = PlotArea.rows
  var columns = PlotArea.columns
  var timeLabelY = PlotArea.height + 18
  var totalHeight = PlotArea.height + 24

  /// An empty chart with its axes.
  init(id: String, title: String, description: String, area: PlotArea, table: Table) {
    self.id = id
    self.title = title
    self.description = description
    self.table = table
    numberTicks = NumberTicks(covering: area.handles).values.map { value in
      let y = area.row(of: value) / 2
      return NumberTick(y: y, labelY: y < 16 ? y + 13 : y - 4, label: HumanText.number(value))
    }
    timeTicks = TimeTicks(from: area.from, to: area.to).ticks.enumerated().map { index, tick in
      let percent = area.percent(of: tick.time)
      return TimeTick(
        percent: percent, label: tick.label,
        anchor: percent < 4 ? "start" : percent > 96 ? "end" : "middle",
        isSpare: !index.isMultiple(of: 2))
    }
  }

  /// A horizontal line at a count; none where the area doesn't reach it.
  mutating func addRule(at count: Double, _ label: String, kind: String, in area: PlotArea) {
    guard area.handles.contains(count) else { return }
    let y = area.row(of: count) / 2
    rules.append(Rule(kind: kind, y: y, labelY: y < 20 ? y + 14 : y - 5, label: label))
  }

  /// A vertical line at a time.
  mutating func addMark(at time: Timestamp, kind: String, in area: PlotArea) {
    guard time >= area.from, time <= area.to else { return }
    shapes.append(Shape(kind: kind, path: "M\(area.column(of: time)) 0V\(PlotArea.rows)"))
  }
}
