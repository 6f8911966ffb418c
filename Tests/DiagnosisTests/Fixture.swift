import Bytes
import Diagnosis
import Handles
import KnowledgeBase

/// Series for whole diagnoses: a sample every ten minutes, seeded noise of a few handles.
enum Fixture {
  static func series(
    _ process: String = "EXTRA", host: String? = "PLC-07", pid: Int64? = 212, samples: Int = 600,
    from: Int = 0, base: Int64 = 800, perHour: Double
  ) -> HandleSeries {
    var random = SplitMix64(seed: testSeed)
    return HandleSeries(
      host: host, process: process, pid: pid,
      samples: (0..<samples).compactMap { index in
        let noise = Int64.random(in: 0...6, using: &random)
        let leaked = Int64((perHour * Double(index) / 6).rounded())
        return TraceGenerator.start?.adding(hours: Double(from + index) / 6).map {
          Sample(time: $0, handles: base + noise + leaked)
        }
      })
  }

  static func diagnosis(
    _ series: [HandleSeries], level: String? = "SP3", product: String? = "windows-nt-server-4.0",
    seed: UInt64 = 1
  ) throws -> Diagnosis {
    try diagnose(
      DiagnosisRequest(
        host: HostDescription(product: product, servicePack: level), series: series,
        format: "pdh-csv", seed: seed))
  }

  /// Situation by name: leaking 100 handles an hour, wrapped, slow, steady, high, short.
  static func situation(_ name: String) -> [HandleSeries] {
    switch name {
    case "leaking": [series(perHour: 100)]
    case "wrapped": [series(perHour: 800)]
    case "slow": [series(perHour: 0.4)]
    case "steady": [series(perHour: 0)]
    case "high": [series(base: 70_000, perHour: 0)]
    default: [series(samples: 5, perHour: 100)]
    }
  }
}
