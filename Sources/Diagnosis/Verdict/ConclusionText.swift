import Handles
import KnowledgeBase

/// The facts that the sentences of a conclusion name.
struct ConclusionFacts {
  /// The program to act on, or to watch.
  var program: String
  /// Whether the program's handles are those of several processes, added up.
  var isAddedUp: Bool
  /// ` on PLC-07` where the upload names a host, else empty.
  var place: String
  /// `SP3`, or "this level".
  var level: String
  /// The first level with the correction, such as `SP4`.
  var fixedIn: String
  var handlesPerHour: Double?
  var forecast: WrapForecast?
  /// When the program's handles last went past a multiple of 65,536.
  var lastWrap: Timestamp?
  /// The highest count of the program to watch.
  var highest: Int64

  /// A program that leaks, where the answer names another one first.
  var otherLeak: (program: String, handlesPerHour: Double?)?

  fileprivate var rate: String { Self.rate(handlesPerHour) }

  fileprivate static func rate(_ handlesPerHour: Double?) -> String {
    handlesPerHour.map { "about \(HumanText.number($0)) handles an hour" } ?? "at an unknown rate"
  }

  /// Counts of several processes are not those of one run.
  fileprivate var scope: String { isAddedUp ? "in all of its processes together" : "in one run" }
  fileprivate var addedUp: String { isAddedUp ? " in all of its processes together" : "" }

  /// `; EXTRA leaks about 120 handles an hour`, or nothing.
  fileprivate var alsoLeaks: String {
    otherLeak.map { "; \($0.program) leaks \(Self.rate($0.handlesPerHour))" } ?? ""
  }

  /// ` (last at about 1999-03-04 10:00 UTC)`, or nothing.
  fileprivate var lastWrapped: String {
    lastWrap.map { " (last at about \(HumanText.minutes($0)))" } ?? ""
  }

  /// From when on a fixed kernel refuses opens.
  fileprivate var opensFail: String {
    let isOver = (forecast?.pastWraps ?? 0) > 0
    return isOver ? "its opens can fail already" : "its opens can fail from \(due) on"
  }

  /// The expected time and its interval in words.
  fileprivate var due: String {
    guard let forecast, let expected = forecast.expectedAt else { return "an unknown time" }
    let latest = forecast.latest.map { "and \(HumanText.minutes($0))" } ?? "and possibly never"
    let earliest = forecast.earliest.map { " (between \(HumanText.minutes($0)) \(latest))" } ?? ""
    return HumanText.minutes(expected) + earliest
  }

  /// The time by which to act: the earliest that the wrap can come.
  fileprivate var deadline: String {
    (forecast?.earliest ?? forecast?.expectedAt).map(HumanText.minutes)
      ?? "the count reaches 65,536"
  }
}

extension Conclusion {
  /// One sentence that a person can act on.
  func summary(_ facts: ConclusionFacts) -> String {
    let program = facts.program
    return switch self {
    case .affectedWrapped:
      "\(program)\(facts.place) has leaked more than 65,535 handles \(facts.scope), and "
        + "\(facts.level) lets the count wrap\(facts.lastWrapped): plan a reboot, and do not end "
        + "the program before it\(facts.alsoLeaks)."
    case .affectedHeldTooMany:
      "\(program)\(facts.place) held more than 65,535 handles above its baseline\(facts.addedUp), "
        + "and \(facts.level) lets the count wrap\(facts.lastWrapped): plan a reboot, because "
        + "memory may have been freed too early\(facts.alsoLeaks)."
    case .affectedWrapAhead:
      "\(program)\(facts.place) leaks \(facts.rate) and \(facts.level) is affected: restart it "
        + "before \(facts.deadline), because the count can wrap at \(facts.due)."
    case .affectedLeakTooSlow:
      "\(program)\(facts.place) leaks \(facts.rate) and \(facts.level) is affected, but at this "
        + "rate the count doesn't wrap within ten years: restart the program now and then."
    case .affectedLeakUnclear:
      "\(program)\(facts.place) leaks \(facts.rate) and \(facts.level) is affected; when the count "
        + "wraps can't be told: restart the program soon."
    case .affectedSuspected:
      "\(program)\(facts.place) may be leaking (\(facts.rate)) and \(facts.level) is affected: "
        + "record longer, and restart the program if the count keeps rising."
    case .affectedSteady:
      "Nothing leaks\(facts.place), but \(facts.level) is affected: install \(facts.fixedIn) or "
        + "later and watch \(program), which held the most handles (\(facts.highest))."
    case .affectedTooHighToTell:
      "\(program)\(facts.place) is steady at up to \(facts.highest) handles, more than the 16-bit "
        + "count of \(facts.level) holds: whether it wrapped before the log began can't be told; "
        + "plan a reboot."
    case .affectedTooLittleData:
      "\(facts.level) is affected, but there are too few samples to see a leak\(facts.place): "
        + "upload a longer log."
    case .fixedLeaking:
      "\(facts.level) is fixed and won't crash from this bug, but \(program)\(facts.place) leaks "
        + "\(facts.rate): \(facts.opensFail); have the program corrected."
    case .fixedSuspected:
      "\(facts.level) is fixed; \(program)\(facts.place) may be leaking (\(facts.rate)): record "
        + "longer to be sure."
    case .fixedSteady:
      "\(facts.level) is fixed and nothing leaks\(facts.place): there is nothing to do."
    case .fixedTooLittleData:
      "\(facts.level) is fixed; there are too few samples to see a leak\(facts.place): upload a "
        + "longer log."
    case .eitherWrapped, .eitherHeldTooMany, .eitherWrapAhead, .eitherLeaking, .eitherSuspected,
      .eitherSteady, .eitherTooHighToTell, .eitherTooLittleData:
      eitherSummary(facts)
    case .notListedWrapped:
      "The article does not name this product, which doesn't mean that it is safe; "
        + "\(program)\(facts.place) has leaked more than 65,535 handles \(facts.scope): in case "
        + "this kernel lets the count wrap\(facts.lastWrapped), plan a reboot, and do not end the "
        + "program before it\(facts.alsoLeaks)."
    case .notListedHeldTooMany:
      "The article does not name this product, which doesn't mean that it is safe; "
        + "\(program)\(facts.place) held more than 65,535 handles above its "
        + "baseline\(facts.addedUp): in case this kernel lets the count "
        + "wrap\(facts.lastWrapped), plan a reboot\(facts.alsoLeaks)."
    case .notListedLeaking:
      "The article does not name this product, which doesn't mean that it is safe; "
        + "\(program)\(facts.place) leaks \(facts.rate): restart it before \(facts.deadline) and "
        + "have it corrected."
    case .notListedSuspected:
      "The article does not name this product; \(program)\(facts.place) may be leaking "
        + "(\(facts.rate)): record longer to be sure."
    case .notListedSteady:
      "The article does not name this product, and nothing leaks\(facts.place)."
    case .notListedTooLittleData:
      "The article does not name this product, and there are too few samples to see a "
        + "leak\(facts.place): upload a longer log."
    }
  }

  private func eitherSummary(_ facts: ConclusionFacts) -> String {
    let program = facts.program
    let ask = "Find out the service pack"
    return switch self {
    case .eitherWrapped:
      "\(ask): \(program)\(facts.place) has leaked more than 65,535 handles "
        + "\(facts.scope); below \(facts.fixedIn), where the count wraps\(facts.lastWrapped), plan a "
        + "reboot and do not end the program, from \(facts.fixedIn) on its opens fail\(facts.alsoLeaks)."
    case .eitherHeldTooMany:
      "\(ask): \(program)\(facts.place) held more than 65,535 handles above its "
        + "baseline\(facts.addedUp); below \(facts.fixedIn) the count can have "
        + "wrapped\(facts.lastWrapped), so plan a reboot, from \(facts.fixedIn) on it can't have\(facts.alsoLeaks)."
    case .eitherWrapAhead:
      "\(ask): \(program)\(facts.place) leaks \(facts.rate); below \(facts.fixedIn) the count can "
        + "wrap at \(facts.due), so restart the program before \(facts.deadline); from "
        + "\(facts.fixedIn) on its opens can fail then."
    case .eitherLeaking:
      "\(ask): \(program)\(facts.place) leaks \(facts.rate); below \(facts.fixedIn) the count could "
        + "wrap one day, from \(facts.fixedIn) on opens would fail: restart the program now and "
        + "then."
    case .eitherSuspected:
      "\(ask) and record longer: \(program)\(facts.place) may be leaking (\(facts.rate)); below "
        + "\(facts.fixedIn) that could end in a crash, from \(facts.fixedIn) on in failing opens."
    case .eitherTooHighToTell:
      "\(ask): \(program)\(facts.place) is steady at up to \(facts.highest) handles; below "
        + "\(facts.fixedIn) whether the count has wrapped can't be told, from \(facts.fixedIn) on "
        + "it can't have."
    case .eitherTooLittleData:
      "\(ask) and upload a longer log: below \(facts.fixedIn) the machine is affected, from "
        + "\(facts.fixedIn) on it is fixed, and there are too few samples to see a "
        + "leak\(facts.place)."
    default:
      "\(ask): nothing leaks\(facts.place); below \(facts.fixedIn) the machine is affected, so "
        + "watch \(program), from \(facts.fixedIn) on it is fixed."
    }
  }

  /// What to do, most important first.
  func advice(_ facts: ConclusionFacts) -> [String] {
    let program = facts.program
    let restart =
      "End and restart \(program) before \(facts.deadline): before the wrap that closes its handles "
      + "safely and starts the count anew."
    let reboot =
      "Plan a reboot. Do not end \(program) first: its exit would close tens of thousands of "
      + "handles through memory that is already freed, which is the most dangerous moment."
    let plan = "Plan a reboot: after a wrap the machine can stop at any time."
    let install =
      "Install Service Pack \(facts.fixedIn.drop { !$0.isNumber }) or later: it has the correction."
    let correct =
      "Have \(program) corrected: the leak is a bug of the program, and no service pack removes it."
    let limit =
      "Restart \(program) before \(facts.deadline): at 65,536 handles of one key further opens "
      + "fail."
    let others = facts.otherLeak.map {
      [
        "Have \($0.program) corrected, and restart it now and then: it leaks "
          + "\(ConclusionFacts.rate($0.handlesPerHour))."
      ]
    }
    let longer = "Upload a longer log: at least a day, better a week, without a gap."
    let winver =
      "Find out the level: winver, or CSDVersion in the registry, names the service pack."
    let watch = "Watch \(program): log its handle count and upload it again."
    let below = "If the level is below \(facts.fixedIn): "
    let above = "If it is \(facts.fixedIn) or later: "
    let perhaps = "In case this kernel lets the count wrap as the article says: "

    return switch self {
    case .affectedWrapped: [reboot, install, correct] + (others ?? [])
    case .affectedHeldTooMany: [plan, install] + (others ?? []) + [watch]
    case .affectedWrapAhead: [restart, install, correct]
    case .affectedLeakTooSlow: [install, correct, watch]
    case .affectedLeakUnclear: [restart, install, correct, longer]
    case .affectedSuspected: [longer, install, watch]
    case .affectedSteady: [install, watch]
    case .affectedTooHighToTell: [reboot, install, longer]
    case .affectedTooLittleData: [longer, install]
    case .fixedLeaking: [limit, correct]
    case .fixedSuspected: [longer, watch]
    case .fixedSteady: []
    case .fixedTooLittleData: [longer]
    case .eitherWrapped:
      [winver, below + reboot, above + limit, install, correct] + (others ?? [])
    case .eitherHeldTooMany: [winver, below + plan, install] + (others ?? []) + [watch]
    case .eitherWrapAhead: [winver, below + restart, above + limit, install, correct]
    case .eitherLeaking: [winver, below + install, above + correct, watch]
    case .eitherSuspected: [winver, longer, below + install, above + watch]
    case .eitherSteady: [winver, below + install, above + "there is nothing to do.", watch]
    case .eitherTooHighToTell: [winver, below + reboot, above + watch]
    case .eitherTooLittleData: [winver, longer, below + install]
    case .notListedWrapped: [perhaps + reboot, correct] + (others ?? [])
    case .notListedHeldTooMany: [perhaps + plan] + (others ?? []) + [watch]
    case .notListedLeaking: [limit, correct]
    case .notListedSuspected: [longer, watch]
    case .notListedSteady: [watch]
    case .notListedTooLittleData: [longer]
    }
  }
}
