public import KnowledgeBase

/// What somebody types into the search box, as terms: words, `"phrases"`, and either with a `-` in
/// front for what must not be there.
///
/// No input is a syntax error. Every term reaches SQLite in quotes, so that
/// no part of it is taken for an operator.
public struct SearchQuery: Hashable, Sendable {
  /// The longest query, in bytes of UTF-8.
  public static let bytesMax = 256
  /// The most words in all terms together. FTS5 compares the places of all words of a phrase, and can't be
  /// interrupted while it does.
  public static let wordsMax = 16

  /// Why a text can't be searched for.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text has more than `bytesMax` bytes.
    case tooLong(bytesMax: Int)
    /// All terms together have more than `wordsMax` words.
    case tooManyWords(wordsMax: Int)
    /// The text has only excluded words.
    case nothingWanted

    /// The sentence for the person who searches.
    public var description: String {
      switch self {
      case .tooLong(let bytesMax): "A search takes at most \(bytesMax) bytes."
      case .tooManyWords(let wordsMax):
        "A search takes at most \(wordsMax) words, those inside of phrases included."
      case .nothingWanted:
        "A search needs a word to look for beside those that must not be there, such as handle -leak."
      }
    }
  }

  struct Term: Hashable {
    var text: String
    var isPhrase = false
    var isExcluded = false

    /// The same for all spellings that differ in case alone, and for a phrase of one word.
    var folded: Term {
      Term(
        text: text.lowercased(), isPhrase: isPhrase && SearchQuery.words(text) > 1,
        isExcluded: isExcluded)
    }
  }

  /// The query as typed, without white space at the ends and with spaces for control characters.
  public let text: String
  let terms: [Term]

  /// Reads a query. It may be empty.
  ///
  /// - Throws: `Failure`.
  public init(_ text: String) throws(Failure) {
    guard text.utf8.count <= Self.bytesMax else { throw .tooLong(bytesMax: Self.bytesMax) }
    let scalars = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : scalar
    }
    self.text = String(String.UnicodeScalarView(Self.trimmed(scalars[...])))
    let typed = Self.terms(scalars[...])
    guard typed.reduce(0, { $0 + Self.words($1.text) }) <= Self.wordsMax else {
      throw .tooManyWords(wordsMax: Self.wordsMax)
    }
    // A word that is there twice would be ranked twice.
    var seen: Set<Term> = []
    terms = typed.filter { seen.insert($0.folded).inserted }
  }

  /// A query that somebody asks for an answer to. One of words that must not be there alone would be
  /// answered by the list of all articles, those with the words among them.
  ///
  /// - Throws: `Failure`.
  public static func asked(_ text: String) throws(Failure) -> SearchQuery {
    let query = try SearchQuery(text)
    guard query.terms.isEmpty || !query.isEmpty else { throw .nothingWanted }
    return query
  }

  /// The article's number, if the text is nothing else; else nil.
  public var articleID: ArticleID? { ArticleID(text) }

  /// Whether there is nothing to search for.
  public var isEmpty: Bool { terms.allSatisfy(\.isExcluded) }

  /// The query in the language of FTS5; nil if there is nothing to search for.
  var match: String? { match(lastIsPrefix: false) }

  /// - Parameter lastIsPrefix: Whether the last term may be the beginning of a word.
  func match(lastIsPrefix: Bool) -> String? {
    let wanted = terms.filter { !$0.isExcluded }.map(Self.quoted)
    guard !wanted.isEmpty else { return nil }
    let unwanted = terms.filter(\.isExcluded).map(Self.quoted)
    let all = wanted.joined(separator: " ") + (lastIsPrefix ? "*" : "")
    return unwanted.isEmpty ? all : "(\(all)) NOT (\(unwanted.joined(separator: " OR ")))"
  }

  static func quoted(_ term: Term) -> String { "\"\(term.text)\"" }

  /// The same query with one of its words spelt otherwise.
  func replacing(_ term: Term, by word: String) -> String {
    terms.map { other in
      let text = other == term ? word : other.text
      return (other.isExcluded ? "-" : "") + (other.isPhrase ? "\"\(text)\"" : text)
    }.joined(separator: " ")
  }

  private static func terms(_ scalars: ArraySlice<Unicode.Scalar>) -> [Term] {
    var terms: [Term] = []
    var rest = scalars.drop(while: \.properties.isWhitespace)
    while let first = rest.first {
      var term = Term(text: "")
      if first == "-" {
        term.isExcluded = true
        rest = rest.drop { $0 == "-" }
      }
      let content: ArraySlice<Unicode.Scalar>
      if rest.first == "\"" {
        term.isPhrase = true
        content = rest.dropFirst().prefix { $0 != "\"" }
        rest = rest.dropFirst(content.count + 2)
      } else {
        content = rest.prefix { !$0.properties.isWhitespace && $0 != "\"" }
        rest = rest.dropFirst(content.count)
      }
      // What the index has no words for would match nothing, or everything.
      if content.contains(where: isWordScalar) {
        term.text = String(String.UnicodeScalarView(trimmed(content)))
        terms.append(term)
      }
      rest = rest.drop(while: \.properties.isWhitespace)
    }
    return terms
  }

  /// Words that the index makes of a text.
  fileprivate static func words(_ text: String) -> Int {
    text.unicodeScalars.split { !isWordScalar($0) }.count
  }

  private static func trimmed(
    _ scalars: ArraySlice<Unicode.Scalar>
  ) -> ArraySlice<Unicode.Scalar> {
    let start = scalars.drop(while: \.properties.isWhitespace)
    let end = start.lastIndex { !$0.properties.isWhitespace } ?? start.startIndex - 1
    return start[start.startIndex..<(end + 1)]
  }

  /// Letters and digits, as the tokenizer of FTS5 sees them.
  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
