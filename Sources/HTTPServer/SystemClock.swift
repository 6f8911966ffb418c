import Foundation
import HTTPWire
import System

/// The two clocks of the system, read once per turn of a reactor.
struct SystemClock {
  private(set) var reading: TimeReading

  init() {
    reading = TimeReading(
      now: Self.monotonic(), date: HTTPDate(unixSeconds: Self.unixSeconds()))
  }

  /// Reads the clocks; the text of the date is made anew once a second.
  mutating func refresh() {
    reading.now = Self.monotonic()
    let seconds = Self.unixSeconds()
    if seconds != reading.date.unixSeconds { reading.date = HTTPDate(unixSeconds: seconds) }
  }

  static func monotonic() -> MonotonicTime {
    MonotonicTime(milliseconds: MonotonicClock.nanoseconds / 1_000_000)
  }

  private static func unixSeconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec)
  }
}
