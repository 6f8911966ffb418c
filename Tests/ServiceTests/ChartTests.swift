import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Charts")
struct ChartTests {
  private static let start: Int64 = 920_246_400_000

  private static func time(_ minutes: Int64) throws -> Timestamp {
    try #require(Timestamp(milliseconds: start + minutes * 60_000))
  }

  @Test(
    "an axis of counts has round numbers that cover the values",
    arguments: [
      (0, 1, 1), (0, 9, 2), (0, 15_652, 5_000), (61_234, 61_300, 20), (0, 65_536, 20_000),
      (0, 9_007_199_254_740_992, 2_000_000_000_000_000),
    ] as [(Double, Double, Double)])
  func numbers(lowest: Double, highest: Double, step: Double) throws {
    let ticks = NumberTicks(covering: lowest...highest)
    #expect(ticks.range.lowerBound <= lowest && ticks.range.upperBound >= highest)
    #expect(ticks.values.first == ticks.range.lowerBound)
    #expect(ticks.values.last == ticks.range.upperBound)
    #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $1 - $0 == step })
    #expect((2...12).contains(ticks.values.count))
  }

  @Test("values without an extent have an axis too", arguments: [0, 143, 1e300, -5] as [Double])
  func noExtent(value: Double) {
    let ticks = NumberTicks(covering: value...value)
    #expect(ticks.range.lowerBound <= min(0, value) && ticks.range.upperBound >= max(value, 1))
  }

  @Test(
    "an axis of time has whole hours, days or months",
    arguments: [
      (3, ["1 Mar", "00:01", "00:02", "00:03"]),
      (90, ["1 Mar", "00:30", "01:00", "01:30"]),
      (2_880, ["1 Mar", "12:00", "2 Mar", "12:00", "3 Mar"]),
      (14_400, ["2 Mar", "4 Mar", "6 Mar", "8 Mar", "10 Mar"]),
      (525_600, ["Apr 1999", "Jul 1999", "Oct 1999", "Jan 2000"]),
      (10_512_000, ["2000", "2005", "2010", "2015"]),
    ] as [(Int64, [String])])
  func times(minutes: Int64, labels: [String]) throws {
    let ticks = TimeTicks(from: try Self.time(0), to: try Self.time(minutes)).ticks
    #expect(ticks.map(\.label) == labels)
  }

  @Test("the ends of the calendar have an axis")
  func allOfTime() throws {
    let first = try #require(Timestamp(milliseconds: -62_135_596_800_000))
    let last = try #require(Timestamp(milliseconds: 253_402_300_799_999))
    #expect((1...6).contains(TimeTicks(from: first, to: last).ticks.count))
    #expect(TimeTicks(from: last, to: first).ticks.isEmpty)
    let area = PlotArea(from: first, to: first, handles: 0...0)
    #expect(area.column(of: last) == 2 * PlotArea.columns)
    #expect(area.row(of: .infinity) == PlotArea.rows && area.row(of: 7) == PlotArea.rows)
  }

  @Test("a spike of one sample among a million keeps its height", arguments: 0..<8)
  func spikes(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = 100_000
    let spike = Int(generator.next() % UInt64(count))
    var samples: [Sample] = []
    for index in 0..<count {
      let noise = Int64(generator.next() % 50)
      samples.append(
        Sample(time: try Self.time(Int64(index)), handles: index == spike ? 9_999 : 500 + noise))
    }
    let area = PlotArea(
      from: try Self.time(0), to: try Self.time(Int64(count - 1)), handles: 0...10_000)
    let path = ThinnedPath(RunSplitter.runs(of: samples), in: area).text
    #expect(path.dropFirst().firstIndex(of: "M") == nil)
    let points = Self.points(path)
    let top = try #require(points.min { $0.y < $1.y })
    #expect(top.y == area.row(of: 9_999), "seed \(seed)")
    #expect(top.x == area.column(of: samples[spike].time), "seed \(seed)")
    #expect(points.count <= 4 * (PlotArea.columns + 1))
    #expect(path.utf8.count < 24_000)
  }

  /// Reads the path back: where each point lies.
  private static func points(_ path: String) -> [(x: Int, y: Int)] {
    var numbers: [Int] = []
    var digits = ""
    for character in path + " " {
      if character.isNumber {
        digits.append(character)
      } else {
        if let number = Int(digits) { numbers.append(number) }
        digits = character == "-" ? "-" : ""
      }
    }
    var points: [(x: Int, y: Int)] = []
    for index in stride(from: 0, to: numbers.count - 1, by: 2) {
      let last = points.last ?? (0, 0)
      points.append((last.x + numbers[index], last.y + numbers[index + 1]))
    }
    return points
  }

  @Test("points on a straight line are left out, a single sample is a dot")
  func straight() throws {
    let area = PlotArea(from: try Self.time(0), to: try Self.time(800), handles: 0...560)
    let line = try (0...400).map {
      Sample(time: try Self.time(Int64($0 * 2)), handles: Int64($0))
    }
    #expect(ThinnedPath(RunSplitter.runs(of: line), in: area).text == "M0 560l800-400")
    #expect(ThinnedPath(RunSplitter.runs(of: Array(line.prefix(1))), in: area).text == "M0 560h0")
    #expect(ThinnedPath([], in: area).text.isEmpty)
  }

  @Test("a count that falls back thousands of times doesn't make thousands of lines")
  func sawtooth() throws {
    let samples = try (0..<50_000).map {
      Sample(time: try Self.time(Int64($0)), handles: Int64(500 + $0 % 17))
    }
    let series = [HandleSeries(process: "SAW", samples: samples)]
    let diagnosis = try diagnose(DiagnosisRequest(series: series, format: "csv"))
    #expect(diagnosis.processes.first.map { $0.restarts > 1_000 } == true)
    let chart = try #require(HandleCharts(diagnosis, series: series).overview)
    #expect(chart.shapes.count == 1 && chart.shapes.allSatisfy { $0.path.utf8.count < 30_000 })
  }

  @Test("restarts, the slope, the forecast and the line of the wrap are drawn and told in words")
  func charts() throws {
    var samples: [Sample] = []
    for minute in 0..<1_000 {
      let climbed = Int64((minute < 400 ? minute : minute - 400) * 30 + minute * 7 % 11)
      samples.append(Sample(time: try Self.time(Int64(minute)), handles: 800 + climbed))
    }
    let series = [
      HandleSeries(host: "H", process: "EXTRA", samples: samples),
      HandleSeries(
        host: "H", process: "LSASS",
        samples: samples.map {
          Sample(time: $0.time, handles: 143)
        }),
      HandleSeries(host: "H", process: "EMPTY"),
    ]
    let diagnosis = try diagnose(DiagnosisRequest(series: series, format: "csv"))
    let charts = HandleCharts(diagnosis, series: series)
    let overview = try #require(charts.overview)
    #expect(overview.keys.map(\.label) == ["EXTRA", "LSASS"])
    #expect(overview.table.rows.last?.cells == ["18,778", "143"])
    let extra = try #require(charts.processes.first)
    #expect(charts.processes.count == 1 && extra.name == "EXTRA")
    let kinds = extra.measured.shapes.map(\.kind)
    #expect(kinds.filter { $0 == "restart" }.count == 1)
    #expect(kinds.contains("trend") && kinds.contains("band"))
    #expect(extra.measured.description.contains("1 restart."))
    let forecast = try #require(extra.forecast)
    #expect(forecast.rules.map(\.kind) == ["wrap"])
    #expect(forecast.shapes.contains { $0.kind == "cone" })
    #expect(forecast.description.contains("65,536 handles"))
    #expect(HandleCharts(diagnosis, series: []).overview == nil)
  }
}
