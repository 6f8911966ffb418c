import Foundation

/// The kernel's clock that no one sets, for deadlines and durations.
public enum MonotonicClock {
  /// Nanoseconds since an arbitrary start; stands still while the machine sleeps.
  public static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
