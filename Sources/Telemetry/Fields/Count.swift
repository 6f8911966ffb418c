import Bytes

/// Reads whole numbers in the spellings that uploads use.
enum Count {
  private static let powersOfTen: [Int64] = (0..<18).reduce(into: [1]) { powers, _ in
    powers.append((powers.last ?? 1) * 10)
  }

  /// `812`, `812.000000`, `8.12e2`; with `decimalComma` also `812,000000`.
  ///
  /// From 0 to 2^53: a value with a fraction is refused, not rounded.
  static func read(
    _ text: Span<UInt8>, decimalComma: Bool = false
  ) throws(FieldFault) -> Int64 {
    guard !text.isEmpty else { throw .notACount }
    if text.count <= 15 {
      var value: Int64 = 0
      var index = 0
      while index < text.count {
        let digit = text[index].digitValue
        guard digit <= 9 else { break }
        value = value &* 10 &+ Int64(digit)
        index += 1
      }
      if index == text.count { return value }
    }
    return try readScaled(text, decimalComma: decimalComma)
  }

  /// One to fifteen digits from `index` on, which moves behind them; nil for none or for more.
  @inline(__always)
  static func readPlain(_ bytes: Span<UInt8>, from index: inout Int) -> Int64? {
    let start = index
    var value: Int64 = 0
    while index < bytes.count {
      let digit = bytes[index].digitValue
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int64(digit)
      index &+= 1
    }
    // Arithmetic that wraps is right for as many digits as are taken.
    return (1...15).contains(index - start) ? value : nil
  }

  private static func readScaled(
    _ text: Span<UInt8>, decimalComma: Bool
  ) throws(FieldFault) -> Int64 {
    var number = Scaled()
    var index = 0
    let isNegative = text[0] == ASCII.minus
    if isNegative || text[0] == ASCII.plus { index = 1 }

    let digits = number.take(text, from: &index, isFraction: false)
    var fraction = 0
    let isComma = decimalComma && index < text.count && text[index] == ASCII.comma
    if index < text.count, text[index] == ASCII.point || isComma {
      index += 1
      fraction = number.take(text, from: &index, isFraction: true)
    }
    guard digits + fraction > 0 else { throw .notACount }
    let exponent = try readExponent(text, from: &index)
    guard index == text.count else { throw .notACount }
    // "1,234" is a thousand and more to most people who would write it.
    if isComma, fraction == 3 { throw .ambiguousComma }

    let value = try number.whole(exponent: exponent, powers: powersOfTen)
    if isNegative, value != 0 { throw .negativeCount }
    return value
  }

  private static func readExponent(
    _ text: Span<UInt8>, from index: inout Int
  ) throws(FieldFault) -> Int {
    guard index < text.count, text[index].lowercased == UInt8(ascii: "e") else { return 0 }
    index += 1
    guard index < text.count else { throw .notACount }
    let isNegative = text[index] == ASCII.minus
    if isNegative || text[index] == ASCII.plus { index += 1 }
    let start = index
    var exponent = 0
    while index < text.count, text[index].digitValue <= 9 {
      // Beyond five digits it is out of reach of any count; only the grammar matters.
      if exponent < 100_000 { exponent = exponent * 10 + Int(text[index].digitValue) }
      index += 1
    }
    guard index > start else { throw .notACount }
    return isNegative ? -exponent : exponent
  }

  /// Digits without their zeros at the end, and the power of ten that they stand for.
  private struct Scaled {
    var value: Int64 = 0
    /// Zeros seen since the last other digit: they count only if another follows.
    var zeros = 0
    var scale = 0
    var hasOverflowed = false

    mutating func take(_ text: Span<UInt8>, from index: inout Int, isFraction: Bool) -> Int {
      let start = index
      while index < text.count {
        let digit = text[index].digitValue
        guard digit <= 9 else { break }
        add(digit)
        index += 1
      }
      if isFraction { scale -= index - start }
      return index - start
    }

    private mutating func add(_ digit: UInt8) {
      guard digit > 0 else {
        zeros += 1
        return
      }
      // Seventeen digits hold every count; a longer number isn't one, whatever its point.
      let shift = value == 0 ? 0 : zeros + 1
      zeros = 0
      for _ in 0..<min(shift, 19) {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { hasOverflowed = true } else { value = product }
      }
      let (sum, overflow) = value.addingReportingOverflow(Int64(digit))
      if overflow { hasOverflowed = true } else { value = sum }
    }

    func whole(exponent: Int, powers: [Int64]) throws(FieldFault) -> Int64 {
      if value == 0 { return 0 }
      let power = zeros + scale + exponent
      if power < 0 { throw .fractionalCount }
      guard !hasOverflowed, power < powers.count else { throw .countTooLarge }
      let (product, overflow) = value.multipliedReportingOverflow(by: powers[power])
      guard !overflow, product <= TelemetryLimits.countMax else { throw .countTooLarge }
      return product
    }
  }
}
