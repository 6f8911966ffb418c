import Bytes
import Diagnosis
import Handles
import KnowledgeBase

/// Round moments along an axis of time in UTC: whole minutes, hours, days, months or years.
struct TimeTicks {
  struct Tick: Hashable {
    var time: Timestamp
    var label: String
  }

  let ticks: [Tick]

  private static let second: Int64 = 1_000
  private static let minute = 60 * second
  private static let hour = 60 * minute
  private static let day = 24 * hour
  /// A fortnight is the longest step that is counted in days.
  private static let steps = [
    second, 5 * second, 15 * second, 30 * second, minute, 5 * minute, 15 * minute, 30 * minute,
    hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 4 * day, 7 * day, 14 * day,
  ]
  private static let monthSteps = [1, 3, 6, 12, 24, 60, 120, 600, 1_200, 6_000, 12_000, 24_000]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// - Parameter count: ticks at most.
  init(from: Timestamp, to: Timestamp, count: Int = 6) {
    let extent = to.milliseconds - from.milliseconds
    guard extent > 0, count > 0 else {
      ticks = []
      return
    }
    if let step = Self.steps.first(where: { extent / $0 < count }) {
      ticks = Self.ticks(every: step, from: from, to: to)
    } else {
      let months = extent / (30 * Self.day)
      let step = Self.monthSteps.first { months / Int64($0) < count } ?? Self.monthSteps.last ?? 12
      ticks = Self.ticks(everyMonths: step, from: from, to: to)
    }
  }

  private static func ticks(every step: Int64, from: Timestamp, to: Timestamp) -> [Tick] {
    var ticks: [Tick] = []
    var time = from.milliseconds.roundedUp(to: step)
    while time <= to.milliseconds, let moment = Timestamp(milliseconds: time) {
      ticks.append(Tick(time: moment, label: label(moment, step: step)))
      time += step
    }
    return ticks
  }

  private static func ticks(everyMonths step: Int, from: Timestamp, to: Timestamp) -> [Tick] {
    guard let date = CivilDate(daysSince1970: Int(from.milliseconds.roundedDown(to: day) / day))
    else { return [] }
    var ticks: [Tick] = []
    // There is no year 0.
    var month = max(12, (date.year * 12 + date.month - 1) / step * step)
    while let first = CivilDate(year: month / 12, month: month % 12 + 1, day: 1),
      let time = Timestamp(date: first, hour: 0, minute: 0, second: 0), time <= to
    {
      if time >= from {
        let name = step % 12 == 0 ? "" : "\(months[first.month - 1]) "
        ticks.append(Tick(time: time, label: "\(name)\(first.year)"))
      }
      month = (month / step + 1) * step
    }
    return ticks
  }

  /// `08:00:30`, `08:00`, and `1 Mar` for a midnight.
  private static func label(_ time: Timestamp, step: Int64) -> String {
    let text = time.description
    if time.milliseconds.roundedDown(to: day) == time.milliseconds,
      let date = CivilDate(iso8601: text.prefix(10))
    {
      return "\(date.day) \(months[date.month - 1])"
    }
    return String(text.dropFirst(11).prefix(step < minute ? 8 : 5))
  }
}

extension Int64 {
  fileprivate func roundedDown(to step: Int64) -> Int64 {
    let rest = self % step
    return rest < 0 ? self - rest - step : self - rest
  }

  fileprivate func roundedUp(to step: Int64) -> Int64 {
    let down = roundedDown(to: step)
    return down == self ? self : down + step
  }
}
