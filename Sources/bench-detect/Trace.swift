import Diagnosis
import Handles

/// A generated log and the truth about it.
struct Trace {
  enum Difficulty: String, CaseIterable { case easy, hard, hopeless }

  var kind: TraceKind
  var samples: [Sample]
  /// Handles leaked per hour at the end of the log; 0 without a leak.
  var rate = 0.0
  /// Hours from the last sample until the leak of the last run reaches the next multiple of 65,536,
  /// the random future included; nil without a leak.
  var wrapHours: Double?
  var difficulty = Difficulty.easy

  /// How many standard errors the rise is above 0 for somebody who knows the noise: below 4 nobody
  /// can tell, and a rise of a few handles isn't worth an alarm either.
  static func difficulty(rise: Double, noise: Double, independentSamples: Double) -> Difficulty {
    let error = noise * (12 / max(1, independentSamples)).squareRoot()
    let clarity = rise / max(error, 1e-9)
    if rise < 16 || clarity < 4 || rise < 2 * noise { return .hopeless }
    return clarity < 12 || rise < 6 * noise ? .hard : .easy
  }
}
