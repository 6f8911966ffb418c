import Handles
import Telemetry

/// When the tests' uploads are received: 2023-11-14T22:13:20Z.
let receipt = Timestamp(milliseconds: 1_700_000_000_000)

/// The upload, or the error that refused it.
func decode(
  _ bytes: [UInt8], _ contentType: String? = nil, limits: TelemetryLimits = TelemetryLimits(),
  badRows: BadRowPolicy? = nil
) -> Result<TelemetryUpload, TelemetryError> {
  do throws(TelemetryError) {
    return .success(
      try TelemetryDecoder.decode(
        bytes, contentType: contentType, limits: limits, badRows: badRows, receivedAt: receipt))
  } catch {
    return .failure(error)
  }
}

func decode(
  _ text: String, _ contentType: String? = nil, limits: TelemetryLimits = TelemetryLimits(),
  badRows: BadRowPolicy? = nil
) -> Result<TelemetryUpload, TelemetryError> {
  decode(Array(text.utf8), contentType, limits: limits, badRows: badRows)
}

/// The same, fed in the pieces that the cuts make.
func decode(
  _ bytes: [UInt8], cutAt cuts: [Int], _ contentType: String? = nil,
  limits: TelemetryLimits = TelemetryLimits()
) -> Result<TelemetryUpload, TelemetryError> {
  do throws(TelemetryError) {
    var decoder = try TelemetryDecoder(
      contentType: contentType, limits: limits, receivedAt: receipt)
    var start = 0
    for cut in cuts + [bytes.count] {
      try decoder.feed(Array(bytes[start..<cut]).span)
      start = cut
    }
    return .success(try decoder.finish())
  } catch {
    return .failure(error)
  }
}

extension Result where Success == TelemetryUpload, Failure == TelemetryError {
  var upload: TelemetryUpload? { try? get() }
  var error: TelemetryError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension TelemetryUpload {
  /// `HOST/PROCESS#1(212)=5,7` for each series: short enough to read in a test.
  var outline: [String] {
    series.map { one in
      let host = one.host.map { "\($0)/" } ?? ""
      let instance = one.instance == 0 ? "" : "#\(one.instance)"
      let pid = one.pid.map { "(\($0))" } ?? ""
      let counts = one.samples.map { "\($0.handles)" }.joined(separator: ",")
      return "\(host)\(one.process)\(instance)\(pid)=\(counts)"
    }
  }

  /// `line:column detail` of the rejected rows.
  var reasons: [String] {
    rejected.map { "\($0.line):\($0.column.map { "\($0)" } ?? "") \($0.detail)" }
  }
}

func utf16(_ text: String, isBigEndian: Bool = false) -> [UInt8] {
  ([0xFEFF] + Array(text.utf16)).flatMap { unit in
    let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
    return isBigEndian ? bytes.reversed() : bytes
  }
}

/// SplitMix64: the same numbers from the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
