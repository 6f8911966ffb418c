import KnowledgeBase

/// The first sentence of an answer.
extension Wording {
  private static let uncovered =
    "the article does not cover this product, so it may or may not have the bug"

  func summary(_ concerns: [Concern], finding: Finding, watched: Program?) -> String {
    guard let lead = concerns.first else { return quiet(finding, watched) + "." }
    return main(lead) + others(concerns.dropFirst()) + "."
  }

  private func main(_ lead: Concern) -> String {
    let sentence = "\(action(lead)): \(reason(lead))"
    switch reading {
    case .affected, .notApplicable: return sentence
    case .fixed: return "\(sentence); \(level) is fixed and won't crash from this bug"
    case .uncovered: return "\(sentence); \(Self.uncovered)"
    case .either:
      return "Find out the service pack: below \(fixedIn) \(Self.within(action(lead))), because "
        + "\(reason(lead)); from \(fixedIn) on the count can't wrap\(refusal(lead))"
    case .unnamed: return general(lead)
    }
  }

  private func refusal(_ lead: Concern) -> String {
    guard let limit = lead.limit, limit.limit.wraps, lead.cause != .held else { return "" }
    if limit.reached { return ", but its opens can fail already" }
    return ", but its opens can fail from then on"
  }

  /// First what is true of any system, then what is only true of Windows NT 4.0.
  func general(_ lead: Concern) -> String {
    guard let limit = lead.limit, limit.limit.wraps else {
      return "\(action(lead)): \(reason(lead))"
    }
    let own = lead.ownLimit.map { limit in
      " and can reach \(HumanText.number(Double(limit.limit.count))) \(limit.limit.resource.plural) from "
        + "\(limit.actBy.map(time.point) ?? "then") on\(expected(limit))"
    }
    let reach = own ?? (lead.cause == .held ? "" : " and reaches no general limit within ten years")
    return leak(lead, subject: placed(lead)) + reach
      + "; if this is Windows NT 4.0 before \(fixedIn), \(Self.within(action(lead))), because "
      + reason(lead, isWhole: false)
  }

  private func others(_ others: ArraySlice<Concern>) -> String {
    guard !others.isEmpty else { return "" }
    let named = others.prefix(3).map { other in
      let by = other.actBy.map { time.isPast($0) ? "" : " by \(time.point($0))" } ?? ""
      return leak(other, subject: namesHosts ? placed(other) : name(other)) + by
    }
    let rest = others.count - named.count
    return "; " + named.joined(separator: "; ") + (rest > 0 ? "; \(rest) more follow" : "")
  }

  /// Where nothing leaks.
  private func quiet(_ finding: Finding, _ watched: Program?) -> String {
    let isShort = finding == .insufficientData
    let short = "there are too few samples to see a leak\(place)"
    let watch = watched.map {
      "watch \($0.key.process), which held the most handles (\($0.replay.highestTotal))"
    }
    let nothing = "nothing leaks\(place)"
    switch reading {
    case .affected where isShort: return "Upload a longer log: \(level) is affected, but \(short)"
    case .affected:
      return
        "Install \(fixedIn) or later\(watch.map { " and \($0)" } ?? ""): \(nothing), but \(level) is "
        + "affected"
    case .fixed where isShort: return "Upload a longer log: \(level) is fixed, but \(short)"
    case .fixed: return "There is nothing to do: \(level) is fixed and \(nothing)"
    case .either where isShort:
      return "Find out the service pack and upload a longer log: below \(fixedIn) the machine is "
        + "affected, from \(fixedIn) on it is fixed, and \(short)"
    case .either:
      return "Find out the service pack: \(nothing), but below \(fixedIn) the machine is affected"
        + "\(watch.map { ", so \($0)" } ?? ""); from \(fixedIn) on it is fixed"
    case .uncovered where isShort: return "Upload a longer log: \(short), and \(Self.uncovered)"
    case .uncovered: return "Keep watching: \(nothing), but \(Self.uncovered)"
    case .unnamed where isShort, .notApplicable where isShort:
      return "Upload a longer log: \(short)"
    case .unnamed:
      return "Nothing leaks\(place); if this is Windows NT 4.0 before \(fixedIn), install "
        + "\(fixedIn) or later"
    case .notApplicable: return "There is nothing to do: \(nothing)"
    }
  }
}
