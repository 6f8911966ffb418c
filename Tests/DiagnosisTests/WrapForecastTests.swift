import Diagnosis
import Foundation
import Handles
import Testing

@Suite("Forecasting the wrap")
struct WrapForecastTests {
  private static let now = Timestamp(milliseconds: 920_246_400_000)

  private static func forecast(
    leaked: Int64, rate: Double?, _ interval: ClosedRange<Double>? = nil
  ) -> WrapForecast {
    WrapForecast(leaked: leaked, rate: rate, interval: interval, now: now)
  }

  @Test("the nearer the wrap, the fewer opens are left")
  func theNearerTheWrapTheFewerOpensAreLeft() throws {
    let now = try #require(Self.now)
    let forecast = Self.forecast(leaked: 5_536, rate: 1_000, 500...2_000)
    #expect(forecast.remainingOpens == 60_000)
    #expect(forecast.pastWraps == 0)
    #expect(forecast.expectedAt == now.adding(hours: 60))
    #expect(forecast.earliest == now.adding(hours: 30))
    #expect(forecast.latest == now.adding(hours: 120))
  }

  private static func series(_ counts: [Int64]) -> HandleSeries {
    let samples = counts.enumerated().compactMap { index, handles in
      now?.adding(hours: Double(index)).map { Sample(time: $0, handles: handles) }
    }
    return HandleSeries(process: "EXTRA", samples: samples)
  }

  /// 30,000 handles an hour above 500: past multiples of 65,536 at hours 3, 5, 7 and 9.
  @Test("past wraps are dated")
  func pastWrapsAreDated() throws {
    let now = try #require(Self.now)
    let series = Self.series((0...10).map { 500 + 30_000 * $0 } + [200_500, 210_500, 220_500])
    let diagnosis = try diagnose(
      DiagnosisRequest(
        host: HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3"),
        series: [series], format: "csv"))
    let wrap = diagnosis.processes[0].wrap
    // What is closed again is not past: 220,000 handles have passed three multiples.
    #expect(wrap.pastWraps == 3)
    #expect(wrap.pastWrapTimes == [3, 5, 7].compactMap { now.adding(hours: $0) })
    #expect(diagnosis.wrap == .happened)
    #expect(diagnosis.summary.contains("(it reached 65,536 at about 1999-03-01 03:00 UTC)"))
    let json = String(decoding: try JSONEncoder().encode(wrap), as: UTF8.self)
    #expect(json.contains("\"past_wrap_times\":[\"1999-03-01T03:00:00Z\","))
  }

  /// Several between two samples have one time; of many the last ones are kept.
  @Test("many past wraps are bounded")
  func manyPastWrapsAreBounded() throws {
    let now = try #require(Self.now)
    let huge = Int64.max / 2
    let counts = (0..<20).map { Int64($0) * 100 } + [huge, huge + 65_536]
    let request = DiagnosisRequest(series: [Self.series(counts)], format: "csv")
    let wrap = try diagnose(request).processes[0].wrap
    #expect(wrap.pastWraps == huge / 65_536 + 1)
    let before = [Double](repeating: 20, count: WrapForecast.pastWrapTimesMax - 1)
    #expect(wrap.pastWrapTimes == (before + [21]).compactMap { now.adding(hours: $0) })
    let none = try diagnose(DiagnosisRequest(series: [Self.series([5])], format: "csv"))
    #expect(none.processes[0].wrap.pastWrapTimes.isEmpty)
  }

  @Test("possibly never, where the lower rate is not above zero")
  func possiblyNeverWhereTheLowerRateIsNotAboveZero() throws {
    for lower in [-5.0, 0] {
      let forecast = Self.forecast(leaked: 0, rate: 10, lower...20)
      #expect(forecast.earliest != nil)
      #expect(forecast.latest == nil)
      let json = String(decoding: try JSONEncoder().encode(forecast), as: UTF8.self)
      #expect(json.contains(",null]"))
    }
  }

  @Test("no forecast without a leak", arguments: [nil, 0, -3, Double.nan, 1e-300])
  func noForecastWithoutALeak(rate: Double?) {
    let forecast = Self.forecast(leaked: 100, rate: rate, -1...1)
    #expect(forecast.expectedAt == nil)
    #expect(forecast.earliest == nil)
    #expect(forecast.latest == nil)
    #expect(forecast.remainingOpens == 65_436)
  }

  @Test(
    "after a wrap the next one counts",
    arguments: [
      (65_535, 1, 0), (65_536, 65_536, 1), (200_000, 62_144, 3), (.max, 1, 140_737_488_355_327),
      (-7, 65_536, 0),
    ])
  func afterAWrapTheNextOneCounts(leaked: Int64, remaining: Int64, wraps: Int64) {
    let forecast = Self.forecast(leaked: leaked, rate: 1, 1...1)
    #expect(forecast.remainingOpens == remaining)
    #expect(forecast.pastWraps == wraps)
  }
}
