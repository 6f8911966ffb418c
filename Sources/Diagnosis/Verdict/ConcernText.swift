import Handles

/// The sentences about one process: first what to do, then why. None has its full stop.
extension Wording {
  /// What to do, such as `Restart EXTRA (PID 212) before …`.
  func action(_ concern: Concern) -> String {
    let name = placed(concern)
    guard concern.cause != .leaked else { return "Record the next run of \(name)" }
    if needsReboot(concern) { return reboot(concern, name) }
    guard concern.actBy != nil else {
      switch concern.cause {
      case .held: return "Watch \(name)"
      case .mayLeak: return "Record \(name) for longer"
      case .leaks, .leaked:
        switch reading {
        case .affected, .either, .uncovered: return "\(restart(concern, name)) now and then"
        case .fixed, .unnamed, .notApplicable:
          return "\(restart(concern, name)) at the next maintenance"
        }
      }
    }
    if concern.cause == .mayLeak {
      return "Record \(name) for longer, and restart it\(due(concern))"
    }
    return restart(concern, name) + due(concern)
  }

  private func restart(_ concern: Concern, _ name: String) -> String {
    concern.role == .serviceHost ? "Restart the service in \(name)" : "Restart \(name)"
  }

  private func reboot(_ concern: Concern, _ name: String) -> String {
    if mayHaveWrapped(concern), concern.role != .system {
      let isOverdue = concern.limit?.reached != true
      let overdue =
        isOverdue ? concern.actBy.map { " (overdue since \(time.point($0)))" } ?? "" : ""
      return "Plan a reboot, and do not end \(name) before it\(overdue)"
    }
    if concern.actBy == nil { return "Plan a reboot at the next maintenance to reset \(name)" }
    return "Plan a reboot\(due(concern)) to reset \(name)"
  }

  /// Why, such as `it leaks about 120 handles an hour, and …`.
  ///
  /// - Parameter isWhole: false where a sentence about the leak stands before it.
  func reason(_ concern: Concern, isWhole: Bool = true) -> String {
    guard let limit = concern.limit else { return reasonWithoutLimit(concern) }
    let why =
      limit.limit.resource == .registryKeyOpens
      ? keyReason(concern, limit, isWhole: isWhole) : ownReason(concern, limit)
    guard concern.role == .system else { return why }
    return why + "; it is a part of the system, which only a reboot resets"
  }

  private func reasonWithoutLimit(_ concern: Concern) -> String {
    switch (concern.cause, reading) {
    case (.leaked, _): return leak(concern) + ", and its next run may leak too"
    case (.held, _): return leak(concern)
    case (_, .affected), (_, .either), (_, .uncovered):
      return
        "\(leak(concern)), but at this rate the count of a registry key doesn't wrap within ten years"
    case (_, .fixed), (_, .unnamed), (_, .notApplicable): break
    }
    if concern.process.resource == .fileDescriptors, concern.process.limits.isEmpty {
      return
        "\(leak(concern)), and its limit is unknown: give it as handle_limit (ulimit -n shows it)"
    }
    let many = (concern.process.handles?.last ?? 0) >= 1_000_000
    return leak(concern)
      + (many
        ? ", and with as many handles as it holds the paged pool can run out long before its limit"
        : ", and it reaches no known limit within ten years")
  }

  /// Of a limit that only this process has.
  private func ownReason(_ concern: Concern, _ limit: LimitForecast) -> String {
    let many = "\(HumanText.number(Double(limit.limit.count))) \(limit.limit.resource.plural)"
    if limit.reached {
      return
        "\(leak(concern)), which is not below its limit of \(many), where \(limit.limit.effect)"
    }
    return "\(leak(concern)) and can reach its limit of \(many) then\(expected(limit)), where "
      + limit.limit.effect
  }

  /// Of the count of a registry key.
  private func keyReason(
    _ concern: Concern, _ limit: LimitForecast, isWhole: Bool
  ) -> String {
    guard limit.limit.wraps else {
      let when = limit.reached ? "already" : "then\(expected(limit))"
      return "\(leak(concern)), and its opens of a registry key can be refused \(when), at "
        + HumanText.number(Double(limit.limit.count))
    }
    let wraps = reading == .affected ? "\(level) lets the count wrap" : "the count can wrap"
    let together =
      concern.running > 1 ? "in all of its \(concern.running) processes together" : "in one run"
    switch concern.keyCount {
    case .wrapped(let first, _) where concern.cause == .held:
      return
        "it held more than 65,535 handles above its baseline\(concern.running > 1 ? " \(together)" : ""), "
        + "and \(wraps)\(at(first)), so memory may have been freed too early"
    case .wrapped(let first, _):
      return "it has leaked more than 65,535 handles \(together), and \(wraps)\(at(first))"
    case .high:
      let held = HumanText.number(Double(concern.highest))
      let all = concern.running > 1 ? " \(together)" : ""
      return
        "it held up to \(held) handles\(all), more than a 16-bit count holds, and whether "
        + "the count has wrapped can't be told"
    case .below:
      let when = limit.actBy.map(time.isPast) ?? false ? "may have wrapped since" : "can wrap then"
      let place = reading == .affected ? "on \(level) " : ""
      let count = "\(place)the count of its registry key \(when)\(expected(limit))"
      return isWhole ? "\(leak(concern)), and \(count)" : count
    }
  }

  private func at(_ time: Timestamp?) -> String {
    time.map { " (it reached 65,536 at about \(self.time.point($0)))" } ?? ""
  }
}
