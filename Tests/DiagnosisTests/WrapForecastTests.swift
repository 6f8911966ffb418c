import Diagnosis
import Foundation
import Testing

@Suite struct WrapForecastTests {
  private static let now = Timestamp(milliseconds: 920_246_400_000)

  private static func forecast(
    leaked: Int64, rate: Double?, _ interval: ClosedRange<Double>? = nil
  ) -> WrapForecast {
    WrapForecast(leaked: leaked, rate: rate, interval: interval, now: now)
  }

  @Test func theNearerTheWrapTheFewerOpensAreLeft() throws {
    let now = try #require(Self.now)
    let forecast = Self.forecast(leaked: 5_536, rate: 1_000, 500...2_000)
    #expect(forecast.remainingOpens == 60_000)
    #expect(forecast.pastWraps == 0)
    #expect(forecast.expectedAt == now.adding(hours: 60))
    #expect(forecast.earliest == now.adding(hours: 30))
    #expect(forecast.latest == now.adding(hours: 120))
  }

  @Test func possiblyNeverWhereTheLowerRateIsNotAboveZero() throws {
    for lower in [-5.0, 0] {
      let forecast = Self.forecast(leaked: 0, rate: 10, lower...20)
      #expect(forecast.earliest != nil)
      #expect(forecast.latest == nil)
      let json = String(decoding: try JSONEncoder().encode(forecast), as: UTF8.self)
      #expect(json.contains(",null]"))
    }
  }

  @Test(arguments: [nil, 0, -3, Double.nan, 1e-300])
  func noForecastWithoutALeak(rate: Double?) {
    let forecast = Self.forecast(leaked: 100, rate: rate, -1...1)
    #expect(forecast.expectedAt == nil)
    #expect(forecast.earliest == nil)
    #expect(forecast.latest == nil)
    #expect(forecast.remainingOpens == 65_436)
  }

  @Test(arguments: [
    (65_535, 1, 0), (65_536, 65_536, 1), (200_000, 62_144, 3), (.max, 1, 140_737_488_355_327),
    (-7, 65_536, 0),
  ])
  func afterAWrapTheNextOneCounts(leaked: Int64, remaining: Int64, wraps: Int64) {
    let forecast = Self.forecast(leaked: leaked, rate: 1, 1...1)
    #expect(forecast.remainingOpens == remaining)
    #expect(forecast.pastWraps == wraps)
  }
}
