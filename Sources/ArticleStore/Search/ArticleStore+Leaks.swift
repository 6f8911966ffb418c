import GRDB
public import KnowledgeBase
import SQLite

/// Leaking programs on a machine whose product is known and whose level is within a range.
public struct LeakQuestion: Hashable, Sendable {
  /// Names of programs, the most urgent first; `.exe` and a path don't matter.
  public var programs: [String]
  /// The product that the machine runs; only articles with a rule for it are found.
  public var product: ProductID
  /// The levels that the machine may have.
  public var levels: ClosedRange<ServicePack>
  /// The article to leave out, because the reader has it already.
  public var except: ArticleID

  /// A question. The first of `programs` gets the first articles of the answer.
  public init(
    programs: [String], product: ProductID, levels: ClosedRange<ServicePack>, except: ArticleID
  ) {
    self.programs = programs
    self.product = product
    self.levels = levels
    self.except = except
  }
}

extension ArticleStore {
  /// Tokens between the program's name and the leak, in one text.
  private static let nearTokens = 12
  /// Shorter names are words of any text.
  private static let nameLettersMin = 3
  private static let nameBytesMax = 64

  /// The articles that tell of a leak of one of the programs and whose bug is there at one of the
  /// levels: those of the first program first, best ones first.
  ///
  /// An article tells of it where it has the program's name close to the leak, or, which says less,
  /// the name of the program's file and a leak anywhere.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long.
  public func articles(explaining question: LeakQuestion, limit: Int = 5) throws -> [Article.Link] {
    let matches = question.programs.flatMap(Self.matches)
    guard !matches.isEmpty else { return [] }
    return try read("search") { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT a.number, a.title FROM (
            SELECT search.rowid AS number, rank AS score FROM search
            WHERE search MATCH ? AND +search.rowid IN (
              SELECT article FROM affected
              WHERE product = ? AND introduced <= ? AND (until > ? OR until IS NULL)
            ) AND +search.rowid <> ?
          ) AS hit CROSS JOIN article AS a ON a.number = hit.number
          ORDER BY hit.score, a.number LIMIT ?
          """)
      var found: [Article.Link] = []
      for match in matches where found.count < limit {
        let rows = try Row.fetchAll(
          statement,
          arguments: [
            match, question.product.rawValue, Int(question.levels.upperBound.rank),
            Int(question.levels.lowerBound.rank), question.except.number, limit,
          ])
        for row in rows where found.count < limit {
          guard let id = ArticleID(number: row[0]) else {
            throw UnreadableRow(table: "article", number: row[0])
          }
          if !found.contains(where: { $0.id == id }) { found.append(.init(id: id, title: row[1])) }
        }
      }
      return found
    }
  }

  /// A program's leak in the language of FTS5, best first; none for a name that says too little.
  private static func matches(program: String) -> [String] {
    guard program.utf8.count <= nameBytesMax else { return [] }
    let file = program.split { $0 == "\\" || $0 == "/" }.last ?? ""
    let name = file.lowercased().hasSuffix(".exe") ? file.dropLast(4) : file
    // No quote and no control character gets into the query.
    let words = name.split { !$0.isLetter && !$0.isNumber }
    guard words.contains(where: { $0.contains(where: \.isLetter) }),
      words.reduce(0, { $0 + $1.count }) >= nameLettersMin
    else { return [] }
    let phrase = words.joined(separator: " ")
    return [
      "NEAR(\"\(phrase)\" \"leak\", \(nearTokens))", "\"\(phrase) exe\" AND \"leak\"",
    ]
  }
}
