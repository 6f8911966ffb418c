/// The words in which articles name products: phrases, versions and the stems of keywords.
struct ProductVocabulary: Sendable {
  /// What a phrase names. `release` is nil where the version follows the name.
  struct Name: Hashable, Sendable {
    var line: Int
    var release: Int?
  }

  /// A tree over the words of the phrases; node 0 is its root.
  private struct Node: Sendable {
    var next: [String: Int] = [:]
    var name: Name?
  }

  private var nodes = [Node()]
  private var versions: [[String: Int]] = []
  private var stems: [String: Name] = [:]

  init(_ lines: [ProductLine]) {
    for (index, line) in lines.enumerated() {
      for name in line.names { add(name, Name(line: index)) }
      var versions: [String: Int] = [:]
      for (position, release) in line.releases.enumerated() {
        let name = Name(line: index, release: position)
        for phrase in release.names { add(phrase, name) }
        versions[release.version] = position
        for stem in line.keywords {
          for digits in Self.keywordDigits(release.version) { stems[stem + digits] = name }
        }
        for stem in release.keywords { stems[stem] = name }
      }
      self.versions.append(versions)
    }
  }

  private mutating func add(_ phrase: String, _ name: Name) {
    var node = 0
    for word in TextWords(phrase).words {
      if let next = nodes[node].next[word.text] {
        node = next
      } else {
        nodes.append(Node())
        nodes[node].next[word.text] = nodes.count - 1
        node = nodes.count - 1
      }
    }
    if nodes[node].name == nil { nodes[node].name = name }
  }

  /// The longest phrase that begins at `start`, and the words it takes.
  func name(_ words: ArraySlice<TextWords.Word>, at start: Int) -> (Name, used: Int)? {
    var node = 0
    var found: (Name, used: Int)?
    var index = start
    while index < words.endIndex, let next = nodes[node].next[words[index].text] {
      node = next
      index += 1
      if let name = nodes[node].name { found = (name, index - start) }
      if index < words.endIndex, words[index - 1].endsSentence { break }
    }
    return found
  }

  /// The release of a line that a word such as `4.0`, `4.00` or `4` names.
  func release(_ word: String, of line: Int) -> Int? {
    let versions = versions[line]
    if let release = versions[word] { return release }
    guard let first = word.first, first.isASCII, first.isNumber else { return nil }
    var digits = word
    while digits.hasSuffix("0"), digits.contains(".") { digits.removeLast() }
    if digits.hasSuffix(".") { digits.removeLast() }
    return versions[digits] ?? versions[digits + ".0"]
  }

  /// The release whose keywords begin with this, such as `sna400` or `exc55`.
  func release(keyword stem: String) -> Name? { stems[stem] }

  /// `5.5` as `55` and `550`, `4.0` as `4`, `40` and `400`, `5.0a` as `500a`, `97` as itself.
  private static func keywordDigits(_ version: String) -> Set<String> {
    let parts = version.split(separator: ".")
    guard parts.count == 2 else { return [version] }
    let letter = parts[1].last.flatMap { $0.isLetter ? String($0) : nil } ?? ""
    let minor = parts[1].dropLast(letter.count)
    var digits: Set<String> = []
    for width in minor.count...max(2, minor.count) {
      digits.insert(
        parts[0] + minor + String(repeating: "0", count: width - minor.count) + letter)
    }
    if minor == "0", letter.isEmpty { digits.insert(String(parts[0])) }
    return digits
  }
}
