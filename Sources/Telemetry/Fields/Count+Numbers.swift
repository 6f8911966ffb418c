import Bytes

extension Count {
  /// From 0 to 2^53, as for counts that come as text.
  static func read(_ value: Int64) throws(FieldFault) -> Int64 {
    guard value >= 0 else { throw .negativeCount }
    guard value <= TelemetryLimits.countMax else { throw .countTooLarge }
    return value
  }

  static func read(_ value: Double) throws(FieldFault) -> Int64 {
    guard value.isFinite else { throw .notACount }
    guard value == value.rounded() else { throw .fractionalCount }
    guard let whole = Int64(exactly: value) else {
      throw value < 0 ? .negativeCount : .countTooLarge
    }
    return try read(whole)
  }

  /// A limit, of which huge and negative ones mean that there is none.
  static func readLimit(_ value: Double) -> UInt64? {
    value >= 1 && value <= Double(TelemetryLimits.countMax) ? UInt64(value) : nil
  }

  static func readLimit(_ text: Span<UInt8>) -> UInt64? {
    Double(String(decoding: text.copied(), as: UTF8.self)).flatMap { readLimit($0) }
  }
}
