import RealModule

/// When, on an affected kernel with a constant leak, a background open-and-close pair would free
/// the block too early.
///
/// A pair's own open counts: with L handles leaked its close falls at L + 1. So it frees the block
/// while L mod 65,536 is 65,535 or 0 (a close at 0 or 1, with more handles open); where a close at 0
/// only decrements, while L mod 65,536 is 0. Between the windows pairs are harmless.
public struct DangerWindows: Hashable, Sendable {
  /// Handles that stay open, per hour.
  public let leakPerHour: Double
  /// Leaked handles from the start of the first window that isn't over; negative or 0 inside it.
  public let firstWindow: Double
  /// How many leaked handles a window lasts.
  public let length: Double

  private static let period = Double(KeyControlBlock.countModulus)

  /// Windows from a state with `outstanding` handles leaked.
  public init(leakPerHour: Double, outstanding: Int64, closeAtZero: CloseAtZero) {
    self.init(
      leakPerHour: leakPerHour, outstanding: outstanding, ahead: 0, closeAtZero: closeAtZero)
  }

  /// As above with `ahead` more handles: between two samples the number needn't be whole.
  init(leakPerHour: Double, outstanding: Int64, ahead: Double, closeAtZero: CloseAtZero) {
    self.leakPerHour = leakPerHour
    let whole = Int64(exactly: ahead.rounded(.down)) ?? 0
    let outstanding = saturatingSum(outstanding, whole)
    let modulus = KeyControlBlock.countModulus
    let lasts: Int64 = closeAtZero == .article ? 2 : 1
    let first = closeAtZero == .article ? modulus - 1 : modulus
    length = Double(lasts)
    let start: Int64
    if outstanding < first + lasts {
      start = first - outstanding
    } else {
      let position = (outstanding - first) % modulus
      start = position < lasts ? -position : modulus - position
    }
    firstWindow = Double(start) - (ahead - Double(whole))
  }

  /// Hours until the window with this index is over; infinite without a leak.
  public func end(ofWindow index: Int64) -> Double {
    guard leakPerHour > 0 else { return .infinity }
    return (firstWindow + Double(index) * Self.period + length) / leakPerHour
  }

  /// How many of the first `hours` hours lie in windows.
  public func exposure(within hours: Double) -> Double {
    // Without a leak, or with one so slow that the window doesn't end.
    if firstWindow <= 0, hours * leakPerHour <= firstWindow + length { return max(0, hours) }
    guard leakPerHour > 0 else { return 0 }
    let past = max(0, -firstWindow)
    let leaked = hours * leakPerHour - firstWindow
    guard leaked > past else { return 0 }
    let whole = (leaked / Self.period).rounded(.down)
    let covered = whole * length + min(length, leaked - whole * Self.period)
    return max(0, covered - past) / leakPerHour
  }

  /// The time, in hours, by which `exposure` hours in windows have passed.
  public func time(ofExposure exposure: Double) -> Double {
    guard leakPerHour > 0 else { return firstWindow <= 0 ? exposure : .infinity }
    let covered = exposure * leakPerHour + max(0, -firstWindow)
    let whole = (covered / length).rounded(.down)
    let leaked = firstWindow + whole * Self.period + (covered - whole * length)
    return leaked / leakPerHour
  }

  /// The chance that at least one of `pairsPerHour` Poisson pairs falls into a window within
  /// `hours`: 1 − exp(−u · time in windows), which is 1 − exp(−2u/r) for one whole window.
  public func chanceFreed(pairsPerHour: Double, within hours: Double) -> Double {
    let expected = pairsPerHour * exposure(within: hours)
    guard expected > 0 else { return 0 }
    return -Double.expMinusOne(-expected)
  }
}
