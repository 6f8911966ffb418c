import Handles
import KnowledgeBase

/// What the sentences of an answer need to know.
struct Wording {
  let reading: Reading
  let time: TimeText
  /// `SP3`, or "this level".
  let level: String
  /// The first level with the correction, such as `SP4`.
  let fixedIn: String
  /// Whether processes are named with their host.
  let namesHosts: Bool
  /// ` on PLC-07` where the upload names a host, else empty.
  let place: String
  /// Hosts that must be rebooted, whatever else leaks there.
  let rebooted: Set<String?>

  init(
    _ reading: Reading, _ fix: FixVerdict, _ concerns: [Concern], time: TimeText, host: String?,
    namesHosts: Bool
  ) {
    self.reading = reading
    self.time = time
    self.namesHosts = namesHosts
    level = fix.servicePack?.id ?? "this level"
    fixedIn = fix.fixedIn?.id ?? "SP4"
    place = host.map { " on \($0)" } ?? ""
    rebooted = Set(
      concerns.filter { concern in
        guard reading.canWrap, reading != .unnamed, let limit = concern.limit, limit.limit.wraps
        else {
          return false
        }
        return limit.reached || limit.actBy.map(time.isPast) ?? false
      }.map(\.host))
  }

  /// `EXTRA (PID 212)`, `SVCHOST#2`: a service host always says which of several it is.
  func name(_ concern: Concern) -> String {
    let process = concern.process
    var text = process.process
    if process.instance != 0 { text += "#\(process.instance)" }
    if let pid = process.pid {
      text += " (PID \(pid))"
    } else if concern.role == .serviceHost, !process.process.contains("#") {
      text += " (instance \(process.instance))"
    }
    return text
  }

  /// As above with the host.
  func placed(_ concern: Concern) -> String {
    name(concern) + (namesHosts ? concern.host.map { " on \($0)" } ?? "" : place)
  }

  /// `about 120 handles an hour`.
  static func rate(_ perHour: Double?, _ resource: HandleResource) -> String {
    guard let perHour else { return "at an unknown rate" }
    let perDay = "\(HumanText.number(perHour * 24)) a day"
    if perHour.magnitude >= 10 {
      return "about \(HumanText.number(perHour)) \(resource.plural) an hour"
    }
    if perHour.magnitude < 0.1 {
      return "about \(HumanText.number(perHour * 24)) \(resource.plural) a day"
    }
    return "about \(HumanText.number(perHour)) \(resource.plural) an hour (\(perDay))"
  }

  /// What a concern is about: `it leaks about 120 handles an hour`.
  func leak(_ concern: Concern, subject: String = "it") -> String {
    let rate = Self.rate(concern.perHour, concern.process.resource)
    let isTogether = (concern.limit?.processes ?? 1) > 1
    let together = isTogether ? " (its \(concern.running) processes counted together)" : ""
    switch concern.cause {
    case .leaks: return "\(subject) leaks \(rate)\(together)"
    case .mayLeak: return "\(subject) may be leaking (\(rate))\(together)"
    case .leaked: return "\(subject) leaked \(rate) until it ended"
    case .held:
      return "\(subject) holds \(HumanText.number(Double(concern.process.handles?.last ?? 0))) "
        + concern.process.resource.plural
    }
  }

  /// Whether only a reboot helps: the machine stops with the process, or the count may have wrapped.
  func needsReboot(_ concern: Concern) -> Bool {
    concern.role == .system || mayHaveWrapped(concern) || rebooted.contains(concern.host)
  }

  func mayHaveWrapped(_ concern: Concern) -> Bool {
    guard reading.canWrap, let limit = concern.limit, limit.limit.wraps else { return false }
    return limit.reached || limit.actBy.map(time.isPast) ?? false
  }

  /// ` before 1999-03-02 14:07 UTC (in 3 h 10 min)`, ` now (overdue since …)`, or nothing.
  func due(_ concern: Concern) -> String {
    guard let by = concern.actBy else { return "" }
    if concern.limit?.reached == true { return " as soon as possible" }
    if time.isPast(by) { return " as soon as possible (overdue since \(time.point(by)))" }
    return " before \(time.pointAndDistance(by))"
  }

  /// ` (expected 1999-03-02 18:00 UTC)`, or nothing.
  func expected(_ limit: LimitForecast) -> String {
    limit.expectedAt.map { " (expected \(time.point($0)))" } ?? ""
  }

  /// With its first letter small, so that it can stand within a sentence.
  static func within(_ sentence: String) -> String {
    sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}
