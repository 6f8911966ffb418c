import Bytes

/// A decimal number as it is written, to eighteen digits: no step goes through binary fractions.
struct DecimalNumber: Sendable {
  private var digits: Int64 = 0
  private var isNegative = false
  /// The power of ten of the last digit.
  private var exponent = 0

  /// `-1700000000.123`, `1.700000000123e+09`; nil for anything else.
  init?(_ text: Span<UInt8>) {
    var index = 0
    func isSign(_ index: Int) -> Bool {
      index < text.count && (text[index] == ASCII.minus || text[index] == ASCII.plus)
    }
    if isSign(0) {
      isNegative = text[0] == ASCII.minus
      index = 1
    }
    var digitCount = 0
    var isFraction = false
    while index < text.count {
      let digit = text[index].digitValue
      if digit <= 9 {
        digitCount += 1
        if digits < 100_000_000_000_000_000 {
          digits = digits * 10 + Int64(digit)
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          exponent += 1
        }
      } else if text[index] == ASCII.point, !isFraction, digitCount > 0 {
        isFraction = true
      } else {
        break
      }
      index += 1
    }
    guard digitCount > 0, text[index - 1] != ASCII.point else { return nil }
    guard index < text.count else { return }
    guard text[index].lowercased == UInt8(ascii: "e") else { return nil }
    index += 1
    let isSmall = index < text.count && text[index] == ASCII.minus
    if isSign(index) { index += 1 }
    guard index < text.count else { return nil }
    var power = 0
    while index < text.count {
      let digit = text[index].digitValue
      guard digit <= 9 else { return nil }
      // Beyond four digits it makes no difference any more.
      power = min(power * 10 + Int(digit), 100_000)
      index += 1
    }
    exponent += isSmall ? -power : power
  }

  /// The number times ten to `power`, without its fraction; nil beyond an Int64.
  func truncated(scaledBy power: Int) -> Int64? {
    var value = digits
    var shift = exponent + power
    while shift < 0, value != 0 {
      value /= 10
      shift += 1
    }
    while shift > 0, value != 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      shift -= 1
    }
    return isNegative ? -value : value
  }
}
