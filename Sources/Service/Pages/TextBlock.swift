/// Lines of an article that belong together: a paragraph, an item of a list, or a table.
struct TextBlock: Hashable {
  var text: String
  /// Whether blanks and line ends mean something.
  var isPreformatted: Bool
  /// Whether a paragraph stands under an item of a list.
  var isIndented: Bool

  /// The blocks of a text in which empty lines part paragraphs.
  static func blocks(of text: String) -> [TextBlock] {
    var blocks: [TextBlock] = []
    for lines in text.split(separator: "\n", omittingEmptySubsequences: false)
      .split(whereSeparator: { $0.allSatisfy(\.isWhitespace) })
    {
      if isPreformatted(lines) {
        // Tables are often set with empty lines between their rows.
        let table = lines.joined(separator: "\n")
        if let last = blocks.last, last.isPreformatted {
          blocks[blocks.count - 1].text += "\n\n" + table
        } else {
          blocks.append(TextBlock(text: table, isPreformatted: true, isIndented: false))
        }
      } else {
        blocks += paragraphs(lines)
      }
    }
    return blocks
  }

  /// One paragraph, or one for each item of a list without empty lines. In lists of articles each item
  /// begins with a number.
  private static func paragraphs(_ lines: ArraySlice<Substring>) -> [TextBlock] {
    var paragraphs: [TextBlock] = []
    let isListOfArticles = lines.first.map { isArticle($0.drop(while: \.isWhitespace)) } ?? false
    for line in lines {
      let words = line.drop(while: \.isWhitespace)
      if paragraphs.isEmpty || marker(words) != nil
        || (isListOfArticles && isArticle(words))
      {
        paragraphs.append(
          TextBlock(
            text: String(words), isPreformatted: false,
            isIndented: words.startIndex > line.startIndex && marker(words) == nil))
      } else {
        paragraphs[paragraphs.count - 1].text += " " + words
      }
    }
    return paragraphs
  }

  /// A table has gaps between its columns or rules under its heads; code and commands stand far to
  /// the right of the text.
  private static func isPreformatted(_ lines: ArraySlice<Substring>) -> Bool {
    lines.contains { hasGap($0) || isRule($0) } || lines.allSatisfy { $0.hasPrefix("      ") }
  }

  /// Three blanks or a tab between two words; behind the mark of a list item they are no gap.
  private static func hasGap(_ line: Substring) -> Bool {
    var words = line.drop(while: \.isWhitespace)
    if let marker = marker(words) { words = words[marker...].drop(while: \.isWhitespace) }
    return words.contains("   ") || words.contains("\t")
  }

  private static func isRule(_ line: Substring) -> Bool {
    let marks = line.utf8.filter { $0 != UInt8(ascii: " ") }
    return marks.count >= 3 && marks.allSatisfy { "-=+|_".utf8.contains($0) }
  }

  /// Whether a line begins with the number of an article, as in `Q152734 How to …`.
  private static func isArticle(_ words: Substring) -> Bool {
    let word = words.prefix { !$0.isWhitespace }
    return word.first == "Q" && (5...8).contains(word.utf8.count) && word.endIndex < words.endIndex
      && word.utf8.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Where the mark of a list item, such as `1.`, `-` or `*`, ends; nil if the line begins with none.
  private static func marker(_ words: Substring) -> Substring.Index? {
    let mark = words.prefix { !$0.isWhitespace }
    guard mark.endIndex < words.endIndex else { return nil }
    let number = mark.utf8.dropLast()
    let isNumbered =
      (mark.last == "." || mark.last == ")") && (1...2).contains(number.count)
      && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNumbered || mark == "-" || mark == "*" || mark == "o" ? mark.endIndex : nil
  }
}
