/// Keywords of the trailer that name a fix level: `kbWinNT400sp4fix`, `EXC55SP3Fix`,
/// `kbWinNT400PreSP7Fix`, `kbVC500fix`.
enum FixKeywords {
  /// What one keyword says; nil for one that says nothing of a fix.
  static func read(
    _ keyword: String, vocabulary: ProductVocabulary
  ) -> (name: ProductVocabulary.Name, claim: FixFinding.Claim)? {
    var word = keyword.lowercased()
    guard word.hasSuffix("fix"), word.utf8.count <= 48 else { return nil }
    word.removeLast("fix".utf8.count)
    if word.hasPrefix("kb") { word.removeFirst(2) }
    if let name = vocabulary.release(keyword: word) {
      return (name, .resolution(.servicePack(.rtm)))
    }
    for (mark, prefix) in [("presp", "SP"), ("sp", "SP"), ("presr", "SR-"), ("sr", "SR-")] {
      guard let range = lastRange(of: mark, in: word),
        let name = vocabulary.release(keyword: String(word[..<range.lowerBound])),
        let number = LevelName.number(String(word[range.upperBound...])),
        let pack = ServicePack(rawValue: prefix + number)
      else { continue }
      return (
        name, mark.hasPrefix("pre") ? .hotfixBefore(pack) : .resolution(.servicePack(pack))
      )
    }
    return nil
  }

  private static func lastRange(of mark: String, in word: String) -> Range<String.Index>? {
    var start = word.endIndex
    while start > word.startIndex {
      start = word.index(before: start)
      if word[start...].hasPrefix(mark) {
        return start..<word.index(start, offsetBy: mark.count)
      }
    }
    return nil
  }

  /// Terminal Server Edition has keywords of its own: `TSESP4Fix`.
  static func edition(_ keyword: String) -> ProductMentions.Edition {
    let word = keyword.lowercased()
    return word.hasPrefix("tse") || word.hasPrefix("kbtse") || word.contains("termserv")
      ? .terminalServer : .any
  }
}
