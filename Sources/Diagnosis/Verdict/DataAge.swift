import Handles

/// How old the newest data is at the moment that an answer is made for.
struct DataAge {
  /// Data counts as old after this many sampling steps.
  private static let stepsMax = 10.0

  /// From the last sample; nil without samples. Negative for samples of the future.
  let seconds: Int64?
  /// `40 days`; nil while it is new.
  let age: String?

  init(_ histories: [ProcessHistory], last: Timestamp?, time: TimeText) {
    guard let last, let asOf = time.asOf else {
      (seconds, age) = (nil, nil)
      return
    }
    seconds = (asOf.milliseconds - last.milliseconds) / 1_000
    let hours = asOf.hours(since: last)
    let step = Self.step(histories, last: last)
    let isOld = step.map { hours > Self.stepsMax * $0 || hours > max(24, 2 * $0) } ?? (hours > 24)
    age = isOld && hours > 0 ? TimeText.duration(hours: hours) : nil
  }

  /// The usual hours between two samples of what was logged until the end; nil where nothing was twice.
  private static func step(_ histories: [ProcessHistory], last: Timestamp) -> Double? {
    histories.lazy.filter { $0.last?.time == last }.compactMap { history in
      let count = history.runs.reduce(0) { $0 + $1.samples.count }
      guard count > 1, let first = history.first?.time else { return nil }
      return last.hours(since: first) / Double(count - 1)
    }.min()
  }

  func added(to sentence: String) -> String {
    guard let age else { return sentence }
    return "\(sentence.dropLast()); last data \(age) ago."
  }

  var advice: [String] {
    guard let age else { return [] }
    return [
      "Upload a newer log: the last data is \(age) old, and what changed since is not in this answer."
    ]
  }
}
