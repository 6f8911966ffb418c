import Bytes

/// Short names of levels: `SP4`, `sp6a`, `SR-1`, `OSR2`.
enum LevelName {
  private static let numerals = [
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
  ]

  /// The number of a pack: `4`, `4.0`, `6a`, `four`.
  static func number(_ word: String) -> String? {
    var digits = numerals[word] ?? word
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    let letter = digits.last.flatMap { "abcd".contains($0) ? String($0) : nil } ?? ""
    guard let number = decimal(digits.dropLast(letter.count).utf8), (1...20).contains(number) else {
      return nil
    }
    return "\(number)\(letter)"
  }

  static func short(_ word: String) -> ServicePack? {
    guard word.utf8.count <= 7 else { return nil }
    for (prefix, name) in [("sp", "SP"), ("sr-", "SR-"), ("sr", "SR-")] where word.hasPrefix(prefix)
    {
      return number(String(word.dropFirst(prefix.count)))
        .flatMap { ServicePack(rawValue: name + $0) }
    }
    return word.hasPrefix("osr") ? ServicePack(rawValue: word.uppercased()) : nil
  }
}
