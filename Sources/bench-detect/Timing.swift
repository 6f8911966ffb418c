import Diagnosis
import Foundation
import Handles

/// How long the statistics take: the median of some rounds.
enum Timing {
  static func printTable() {
    print("\nstatistics: a trend with noise; Mann-Kendall, then Theil-Sen with its interval")
    for (count, rounds) in [(288, 2_000), (100_000, 9)] {
      var random = Randomness(seed: 1)
      let x = (0..<count).map(Double.init)
      let y = x.map { ($0 / 7).rounded() + Double(random.whole(0...50)) }
      let test = median(rounds) { MannKendall(y).z }
      let line = median(rounds) { TheilSen(x: x, y: y)?.upper ?? 0 }
      print("n = \(count): \(format(test)) + \(format(line)) = \(format(test + line))")
      guard count <= 1_000 else { continue }
      let factor = median(rounds) { MannKendall.hamedRaoFactor(residuals: y) }
      print("n = \(count): Hamed and Rao's factor for autocorrelation \(format(factor))")
    }
    printYear()
    for kind in [TraceKind.whiteNoise, .slowLeak] {
      var generator = TraceGenerator(seed: 7)
      let samples = generator.trace(kind, count: 5_000).samples
      let whole = median(200) { LeakDetector.find(in: samples).pValue ?? 0 }
      print("finding of a series of \(samples.count) samples, \(kind.rawValue): \(format(whole))")
    }
  }

  /// A year of one-minute samples that pass the wrap: the whole diagnosis, the finding as the part of
  /// it that comes before the replay of the log, and the simulation of its rate on all levels.
  private static func printYear() {
    var random = Randomness(seed: 1)
    var samples: [Sample] = []
    for minute in 0..<525_600 {
      guard let time = TraceGenerator.start?.adding(hours: Double(minute) / 60) else { continue }
      samples.append(Sample(time: time, handles: Int64(800 + minute / 4 + random.whole(0...6))))
    }
    let request = DiagnosisRequest(
      host: HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3"),
      series: [HandleSeries(process: "X", samples: samples)], format: "bench")
    let whole = median(15) { (try? diagnose(request))?.byServicePack.count == 9 ? 1 : .nan }
    let finding = median(15) { LeakDetector.find(in: samples).pValue ?? 0 }
    let simulation = median(15) {
      let parameters = try? SimulationParameters(
        opensPerHour: 15, touchesPerHour: 60, hours: 8_766)
      let report = parameters.flatMap { try? simulate($0) }
      return report?.byServicePack.count == 9 ? 1 : .nan
    }
    print("a year of one-minute samples, past the wrap: diagnosis on all levels \(format(whole))")
    print(
      "of that the finding \(format(finding)); replay, simulation and the rest \(format(whole - finding))"
    )
    print("simulation of a year on all levels \(format(simulation))")
  }

  private static func median(_ rounds: Int, _ body: () -> Double) -> Double {
    let clock = ContinuousClock()
    var sum = 0.0
    var seconds = (0..<rounds).map { _ in clock.measure { sum += body() } / .seconds(1) }
    // Used, so that the work can't be left out.
    if sum.isNaN { print("not a number") }
    seconds.sort()
    return seconds[rounds / 2]
  }

  private static func format(_ seconds: Double) -> String {
    seconds < 1e-3
      ? String(format: "%.1f µs", seconds * 1e6) : String(format: "%.1f ms", seconds * 1e3)
  }
}
