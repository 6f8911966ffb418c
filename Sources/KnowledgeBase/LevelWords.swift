import Bytes

/// The words in which a host or a person names a service pack, taken apart.
struct LevelWords {
  /// A level by name, not yet looked up on a ladder.
  struct Name {
    /// `SP3`, or the name of a level that may not exist, such as `SP9`.
    var level: String
    var isPreRelease: Bool
    /// Said as a host says it (`Service Pack 6`), which can stand for several levels; `SP6` is
    /// the name of one.
    var isInHostsWords: Bool
  }

  /// Words that may stand around a level without changing whose level it is.
  private static let harmless: Set<String> = [
    "microsoft", "server", "enterprise", "edition", "version", "build", "revised", "the", "with",
    "and", "installed", "os", "us", "u.s.", "standard",
  ]
  /// What a host of Windows NT 4.0 says of itself besides.
  private static let windowsNT: Set<String> = [
    "windows", "winnt", "nt", "workstation", "1381", "4.0", "4", "40", "csdversion", "multi",
    "uniprocessor", "multiprocessor", "free",
  ]
  private static let numbers = [
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
  ]

  private let words: [String]

  init(_ text: String) {
    words = text.lowercased()
      .split { $0.isWhitespace || $0 == "\0" || "()[],:;=\"'".contains($0) }
      .map(String.init)
  }

  var isEmpty: Bool { words.isEmpty }

  /// The last part of `4.0.1381.x`.
  var kernelBuild: Int? {
    guard let first = words.first else { return nil }
    let parts = first.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, words.count == 1 || words[1].hasPrefix("built"),
      let numbers = parts.map({ decimal($0.utf8) }) as? [Int],
      numbers[0] == 4, numbers[1] == 0, numbers[2] == 1381
    else { return nil }
    return numbers[3]
  }

  /// `0x300`, or the same number in decimal. In decimal only whole levels: `1381` is the
  /// build of Windows NT 4.0, and a single digit is a level.
  var registryValue: Int? {
    guard words.count == 1, let word = words.first, word.utf8.count <= 10 else { return nil }
    if word.hasPrefix("0x") {
      let digits = word.dropFirst(2)
      return digits.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
    }
    guard let value = decimal(word.utf8), value >= 256, value % 256 == 0 else { return nil }
    return value
  }

  /// The one service pack that the words name, if they name exactly one and no other product's.
  func servicePack(of product: Product) -> Name? {
    var found: Name?
    var index = 0
    while index < words.count {
      guard let (name, used) = name(at: index) else {
        guard isHarmless(words[index], for: product) else { return nil }
        index += 1
        continue
      }
      if let found, found.level != name.level { return nil }
      found = found ?? name
      index += used
      if takesPreRelease(at: index) {
        found?.isPreRelease = true
        index = words.count
      }
    }
    return found
  }

  /// A level that starts at `index`, and how many words it takes.
  private func name(at index: Int) -> (Name, used: Int)? {
    let word = words[index]
    if word == "rtm" || (word == "srp" && words.count == 1) {
      return (Name(level: word.uppercased(), isPreRelease: false, isInHostsWords: false), 1)
    }
    if word == "service", following(index, 1) == "pack", let level = level(following(index, 2)) {
      return (Name(level: level, isPreRelease: false, isInHostsWords: true), 3)
    }
    if word == "sp", let level = level(following(index, 1)) {
      return (Name(level: level, isPreRelease: false, isInHostsWords: false), 2)
    }
    if word.hasPrefix("sp"), let level = level(String(word.dropFirst(2))) {
      return (Name(level: level, isPreRelease: false, isInHostsWords: false), 1)
    }
    if word == "service", following(index, 1) == "release", let next = following(index, 2),
      let level = LevelName.short("sr-" + next)
    {
      return (Name(level: level.id, isPreRelease: false, isInHostsWords: false), 3)
    }
    if let level = LevelName.short(word) {
      return (Name(level: level.id, isPreRelease: false, isInHostsWords: false), 1)
    }
    if words.count == 1, !word.contains("."), let level = level(word) {
      return (Name(level: level, isPreRelease: false, isInHostsWords: true), 1)
    }
    return nil
  }

  private func following(_ index: Int, _ distance: Int) -> String? {
    words.indices.contains(index + distance) ? words[index + distance] : nil
  }

  /// `3`, `3.0`, `three` and `6a` as `SP3` and `SP6a`; `0` is the release itself.
  private func level(_ word: String?) -> String? {
    guard var digits = word.map({ Self.numbers[$0] ?? $0 }) else { return nil }
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    let suffix = digits.hasSuffix("a") ? "a" : ""
    guard let number = decimal(digits.dropLast(suffix.count).utf8), number < 100 else {
      return nil
    }
    return number == 0 && suffix.isEmpty ? "RTM" : "SP\(number)\(suffix)"
  }

  /// `RC 1.76`, the cut `RC 1.`, `RC1.6`, `Release Candidate 2` and `Beta` after a level.
  private func takesPreRelease(at index: Int) -> Bool {
    guard let word = following(index, 0) else { return false }
    if word == "release", following(index, 1) == "candidate" { return true }
    if word == "beta" { return true }
    return word.hasPrefix("rc") && word.dropFirst(2).allSatisfy { $0.isNumber || $0 == "." }
  }

  private func isHarmless(_ word: String, for product: Product) -> Bool {
    if word == "terminal" { return product.id == .terminalServer }
    if Self.harmless.contains(word) { return true }
    if product.ladder.contains(.sp6), product.id.rawValue.hasPrefix("windows-nt") {
      return Self.windowsNT.contains(word)
    }
    return product.name.lowercased().split(separator: " ").contains { $0 == word }
  }
}
