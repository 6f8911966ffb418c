/// What to do, most important first.
extension Wording {
  /// Processes that are told one by one.
  private static let processesMax = 20

  func advice(_ concerns: [Concern], finding: Finding, watched: Program?) -> [String] {
    var advice = concerns.prefix(Self.processesMax).map { sentence($0) }
    if concerns.count > Self.processesMax {
      advice.append(
        "Act on \(concerns.count - Self.processesMax) more processes: the deadlines list them.")
    }
    if reading == .either {
      advice.insert(
        "Find out the level: winver, or CSDVersion in the registry, names the service pack.", at: 0)
    }
    if reading == .unnamed {
      advice.append("Name the product, so that the answer can say which limits apply.")
    }
    let leaks = concerns.contains { $0.cause == .leaks || $0.cause == .leaked }
    if reading == .affected || reading == .either {
      advice.append(
        "Install Service Pack \(fixedIn.drop { !$0.isNumber }) or later: it has the correction.")
    }
    if leaks { advice.append(correct(concerns)) }
    if concerns.contains(where: { $0.role == .serviceHost && $0.process.pid == nil }) {
      advice.append(
        "Log the counter \"ID Process\" too: it tells which of several service hosts leaks.")
    }
    let isUnclear = concerns.contains { $0.cause == .mayLeak || $0.cause == .leaked }
    if finding == .insufficientData || isUnclear {
      advice.append("Upload a longer log: at least a day, better a week, without a gap.")
    }
    if finding != .insufficientData, !leaks, reading != .fixed, reading != .notApplicable,
      let name = watched?.key.process
    {
      advice.append("Watch \(name): log its handle count and upload it again.")
    }
    return advice
  }

  /// The action as a sentence, then its reason.
  func sentence(_ concern: Concern) -> String {
    let reason = reason(concern)
    return
      "\(conditional(action(concern), concern)). \(reason.prefix(1).uppercased())\(reason.dropFirst())."
  }

  /// Under which condition an action holds, where the level or the product isn't known.
  func conditional(_ action: String, _ concern: Concern) -> String {
    guard let limit = concern.limit, limit.limit.wraps else { return action }
    switch reading {
    case .either: return "If the level is below \(fixedIn): \(Self.within(action))"
    case .unnamed: return "If this is Windows NT 4.0 before \(fixedIn): \(Self.within(action))"
    case .uncovered:
      return "In case this kernel lets the count wrap as the article says: \(Self.within(action))"
    case .affected, .fixed, .notApplicable: return action
    }
  }

  private func correct(_ concerns: [Concern]) -> String {
    var names: [String] = []
    for concern in concerns where concern.cause == .leaks || concern.cause == .leaked {
      if !names.contains(concern.process.process) { names.append(concern.process.process) }
      if names.count > Self.processesMax { break }
    }
    let text =
      names.count > 1
      ? "\(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")" : names.first ?? ""
    let isNT = reading == .affected || reading == .fixed || reading == .either
    let pack = isNT ? ", and no service pack removes it" : ""
    return "Have \(text) corrected: the leak is a bug of the program\(pack)."
  }
}

extension Wording {
  /// One for each concern that has a time, soonest first.
  func deadlines(_ concerns: [Concern]) -> [Deadline] {
    concerns.compactMap { concern in
      guard let by = concern.actBy else { return nil }
      let process = concern.process
      let reason = reason(concern)
      return Deadline(
        host: process.host, process: process.process, instance: process.instance, pid: process.pid,
        actBy: by, expectedAt: concern.limit?.expectedAt, isOverdue: time.isPast(by),
        why: "\(reason.prefix(1).uppercased())\(reason.dropFirst()).",
        action: "\(conditional(action(concern), concern)).")
    }
  }
}
