import Foundation

/// Scores the detector on generated logs beside simpler ones, and times its statistics:
/// `bench-detect [SEED]`, or `bench-detect timing` for the times alone.
@main struct Main {
  private static let tracesPerKind = 150

  static func main() {
    guard CommandLine.arguments.dropFirst().first != "timing" else { return Timing.printTable() }
    let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
    print("seed \(seed), \(tracesPerKind) logs of each of \(TraceKind.allCases.count) kinds.")
    print("An alarm is the finding leaking; suspected is none. Logs that nobody could tell")
    print("(Trace.difficulty) are counted apart, as hopeless.")
    for detector in Detector.allCases {
      Score(detector, seed: seed, each: tracesPerKind).printTable()
    }
    Timing.printTable()
  }
}
