/// The products and levels that a stretch of text names, in the order of the text.
struct ProductMentions {
  /// Which editions of Windows NT 4.0 are meant.
  enum Edition: Hashable, Sendable {
    case any, workstation, server, enterprise, terminalServer
  }

  /// A product; `release` is nil where the text gives no version.
  struct Mention: Hashable, Sendable {
    var line: Int
    var release: Int?
    var edition: Edition
  }

  /// A level, not yet looked up on a ladder.
  enum Level: Hashable, Sendable {
    case pack(ServicePack)
    /// "The latest service pack", "the service pack": no number.
    case unnumbered
    /// A hotfix, or what comes after a pack: "Service Pack 4 Hotfix Rollup", "post-SP6a".
    case hotfix(after: ServicePack)
  }

  enum Item: Hashable, Sendable {
    case product(Mention)
    case level(Level)
    /// A word that could name something else: no product before it goes with a level after it.
    case stranger
  }

  private(set) var items: [Item] = []

  private let catalogue: ProductCatalogue
  private let words: ArraySlice<TextWords.Word>
  private var index: Int
  /// The line whose versions are read, and whether one was found since its name.
  private var current: (line: Int, edition: Edition, hasVersion: Bool)?

  init(_ words: ArraySlice<TextWords.Word>, catalogue: ProductCatalogue) {
    self.words = words
    self.catalogue = catalogue
    index = words.startIndex
    while index < words.endIndex { step() }
    closeName()
  }

  private mutating func step() {
    let word = words[index]
    if takeTerminalServer() || takeEnterprise() { return }
    if let (level, used) = level(at: index) {
      closeName()
      items.append(.level(level))
      index += used
    } else if let (name, used) = catalogue.vocabulary.name(words, at: index) {
      take(name, used)
    } else if let line = current?.line,
      let release = catalogue.vocabulary.release(word.text, of: line)
    {
      items.append(
        .product(Mention(line: line, release: release, edition: current?.edition ?? .any)))
      current?.hasVersion = true
      index += 1
    } else {
      if word.isCapitalised, !Self.neutral.contains(word.text) {
        closeName()
        items.append(.stranger)
      }
      index += 1
    }
  }

  private mutating func take(_ name: ProductVocabulary.Name, _ used: Int) {
    // "Visual Basic for Windows, version 5.0" goes on with Visual Basic.
    if name.release == nil, catalogue.lines[name.line].id == "windows" {
      var next = index + used
      while text(next) == "version" || text(next) == "versions" { next += 1 }
      let continuesName = current?.hasVersion == false && text(index - 1) == "for"
      guard !continuesName, catalogue.vocabulary.release(text(next), of: name.line) != nil else {
        index += used
        return
      }
    }
    closeName()
    let edition = edition(of: index..<index + used, line: name.line)
    if let release = name.release {
      items.append(.product(Mention(line: name.line, release: release, edition: edition)))
    }
    current = (name.line, edition, name.release != nil)
    index += used
  }

  /// A name without a version is a mention too.
  private mutating func closeName() {
    if let current, !current.hasVersion {
      items.append(
        .product(Mention(line: current.line, release: nil, edition: current.edition)))
    }
    current?.hasVersion = true
  }

  private func edition(of range: Range<Int>, line: Int) -> Edition {
    guard catalogue.lines[line].id == "windows-nt" else { return .any }
    let names = words[range].map(\.text)
    switch (names.contains("server"), names.contains("workstation")) {
    case (true, false): return .server
    case (false, true): return .workstation
    default: return .any
    }
  }

  private mutating func takeTerminalServer() -> Bool {
    let isShort = text(index) == "tse" && words[index].isCapitalised
    guard isShort || (text(index) == "terminal" && text(index + 1) == "server"),
      let line = catalogue.lines.firstIndex(where: { $0.id == "windows-nt" }),
      let release = catalogue.lines[line].releases.firstIndex(where: { $0.version == "4.0" })
    else { return false }
    let joins = ["and", "or"].contains(text(index - 1))
    index += isShort ? 1 : 2
    if text(index) == "edition" { index += 1 }
    let mention = Mention(line: line, release: release, edition: .terminalServer)
    if !joins, case .product(let last) = items.last, last.line == line, last.release == release,
      current?.line == line, current?.hasVersion == true
    {
      items[items.count - 1] = .product(mention)
    } else {
      items.append(.product(mention))
    }
    current = (line, .terminalServer, true)
    return true
  }

  private mutating func takeEnterprise() -> Bool {
    guard text(index) == "enterprise", text(index + 1) == "edition", let current,
      catalogue.lines[current.line].id == "windows-nt"
    else { return false }
    index += 2
    self.current?.edition = .enterprise
    if current.hasVersion, case .product(var last) = items.last {
      last.edition = .enterprise
      items[items.count - 1] = .product(last)
    }
    return true
  }

  private func text(_ index: Int) -> String {
    words.indices.contains(index) ? words[index].text : ""
  }

  /// A level that begins at `start`, and the words it takes.
  private func level(at start: Int) -> (Level, used: Int)? {
    guard var (level, used) = packName(at: start) else { return nil }
    let isAfter = start > words.startIndex && ["post", "pre"].contains(words[start - 1].text)
    var next = start + used
    // "Service Pack 4 (SP4)"
    if case .pack(let pack) = level, case (.pack(pack), let again)? = packName(at: next) {
      used += again
      next += again
    }
    let isRollup = ["hotfix", "hotfixes", "hot", "rollup", "roll-up"].contains(text(next))
    if case .pack(let pack) = level, isAfter || isRollup { level = .hotfix(after: pack) }
    return (level, used)
  }

  private func packName(at start: Int) -> (Level, used: Int)? {
    let word = text(start)
    // Most words are ruled out by their first letter.
    guard word.utf8.first == UInt8(ascii: "s") || word.utf8.first == UInt8(ascii: "o") else {
      return nil
    }
    switch word {
    case "service":
      return serviceName(at: start)
    case "sp", "sr":
      guard let number = LevelName.number(text(start + 1)),
        let pack = ServicePack(rawValue: (word == "sp" ? "SP" : "SR-") + number)
      else { return nil }
      return (.pack(pack), 2)
    case "security":
      guard ["rollup", "roll-up"].contains(text(start + 1)) else { return nil }
      return (.pack(.srp), text(start + 2) == "package" ? 3 : 2)
    case "srp": return (.pack(.srp), 1)
    default: return LevelName.short(word).map { (.pack($0), 1) }
    }
  }

  private func serviceName(at start: Int) -> (Level, used: Int)? {
    let kind = text(start + 1)
    guard ["pack", "packs", "release", "releases"].contains(kind) else { return nil }
    // "Service Pack Service Pack 5"
    if text(start + 2) == "service" { return serviceName(at: start + 2).map { ($0, $1 + 2) } }
    let prefix = kind.hasPrefix("pack") ? "SP" : "SR-"
    guard let number = LevelName.number(text(start + 2)),
      let pack = ServicePack(rawValue: prefix + number)
    else { return kind.hasPrefix("pack") ? (.unnumbered, 2) : nil }
    // "Service Packs 1, 2, and 3": the highest, which promises least.
    var highest = pack
    var used = 3
    while kind.hasSuffix("s") {
      let skip = ["and", "or", "through"].contains(text(start + used)) ? 1 : 0
      guard let more = LevelName.number(text(start + used + skip)),
        let pack = ServicePack(rawValue: prefix + more)
      else { break }
      highest = max(highest, pack)
      used += skip + 1
    }
    return (.pack(highest), used)
  }

  /// Capitalised words that say nothing of a product.
  private static let neutral: Set<String> = [
    "microsoft", "the", "u.s", "us", "server", "version", "versions", "edition", "editions",
    "windows", "workstation", "service", "services", "latest", "revised", "english", "french",
    "german", "spanish", "italian", "japanese", "enterprise", "professional", "standard", "r",
    "intel", "alpha", "x86", "multi-language", "international", "update", "and", "or", "for",
    "client", "advanced", "this",
  ]
}
