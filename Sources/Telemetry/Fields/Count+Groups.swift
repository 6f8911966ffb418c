import Bytes

extension Count {
  /// A count as a table shows it: also with its thousands apart, `1,953,515`, `1.953.515`, `1 953 515`,
  /// `1'953'515`, and with a decimal comma.
  ///
  /// `1,234` is a thousand and more, unless semicolons separate the cells: then the comma is the
  /// decimal sign of the region, and 1,234 no count.
  static func readGrouped(
    _ text: Span<UInt8>, separator: UInt8
  ) throws(FieldFault) -> Int64 {
    let fault: FieldFault
    do throws(FieldFault) {
      return try read(text)
    } catch {
      fault = error
    }
    guard fault == .notACount || fault == .fractionalCount, text.count <= 40,
      let plain = withoutGroups(text, hasDecimalComma: separator == ASCII.semicolon)
    else { throw fault }
    return try read(plain.span)
  }

  /// The number without what parts its thousands and with a point for its decimal sign; nil where it
  /// isn't certain what a sign means.
  private static func withoutGroups(_ text: Span<UInt8>, hasDecimalComma: Bool) -> [UInt8]? {
    let (digits, hasGaps) = withoutGaps(text)
    let commas = digits.indices.filter { digits[$0] == ASCII.comma }
    let points = digits.indices.filter { digits[$0] == ASCII.point }
    guard hasGaps || !commas.isEmpty || points.count > 1 else { return nil }
    let decimal: Int?
    switch (commas.last, points.last) {
    case (nil, nil): decimal = nil
    case (let comma?, let point?):
      // The one that comes once and last; both can't part thousands.
      decimal = max(comma, point)
      guard (comma > point ? commas : points).count == 1 else { return nil }
    case (let comma?, nil):
      decimal = commas.count == 1 && (hasDecimalComma || digits.count - comma != 4) ? comma : nil
      // `812,000` has three decimals or a thousand.
      if decimal == nil, commas.count == 1, digits.suffix(3).elementsEqual("000".utf8) {
        return nil
      }
    case (nil, let point?): decimal = points.count == 1 ? point : nil
    }
    let end = decimal ?? digits.count
    let signs = digits.indices.filter { $0 < end && !digits[$0].isDigit && $0 > 0 }
    guard areThousands(signs, end: end) else { return nil }
    var plain: [UInt8] = []
    for index in digits.indices where !signs.contains(index) {
      plain.append(index == decimal ? ASCII.point : digits[index])
    }
    return plain
  }

  /// Whether three digits stand behind each sign.
  private static func areThousands(_ signs: [Int], end: Int) -> Bool {
    zip(signs, signs.dropFirst() + [end]).allSatisfy { $1 - $0 == 4 }
  }

  /// Without blanks of all kinds and apostrophes between digits.
  private static func withoutGaps(_ text: Span<UInt8>) -> (digits: [UInt8], hasGaps: Bool) {
    let bytes = text.copied()
    let gaps: [[UInt8]] = [
      [0x20], [0x27], [0xC2, 0xA0], [0xE2, 0x80, 0xAF], [0xE2, 0x80, 0x89], [0xE2, 0x80, 0x99],
      [0xA0],
    ]
    var digits: [UInt8] = []
    var index = 0
    var hasGaps = false
    while index < bytes.count {
      if let gap = gaps.first(where: { bytes[index...].starts(with: $0) }), !digits.isEmpty {
        index += gap.count
        hasGaps = true
      } else {
        digits.append(bytes[index])
        index += 1
      }
    }
    return (digits, hasGaps)
  }
}
