public import Bytes
import GRDB
public import KnowledgeBase
import SQLite

/// An article about a bug that a level has.
public struct MissingArticle: Hashable, Sendable, Encodable {
  /// The article's number.
  public var id: ArticleID
  /// The article's title.
  public var title: String
  /// The date of the last revision; `CivilDate.unknown` if it couldn't be read.
  public var date: CivilDate
  /// The archive's group, such as `winnt`.
  public var group: String
  /// What ends the bug, as `FixRule.Resolution.state`: `fixed`, `hotfix`, `later_version`, `none`.
  public var state: String
  /// The first level with the fix if `state` is `fixed`, else nil.
  public var fixedIn: ServicePack?

  private enum CodingKeys: String, CodingKey {
    case id, title, date, group, state
    case fixedIn = "fixed_in"
  }

  /// As an object. `fixed_in` is always there: null if no level has the fix.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(title, forKey: .title)
    try container.encode(date, forKey: .date)
    try container.encode(group, forKey: .group)
    try container.encode(state, forKey: .state)
    // Null says that no level has it; a missing key would say nothing.
    try container.encode(fixedIn, forKey: .fixedIn)
  }
}

/// One page of the articles whose bugs a level has.
public struct MissingPage: Hashable, Sendable {
  /// At most as many articles as were asked for, in the order of the list.
  public var items: [MissingArticle]
  /// Where the next page begins; nil on the last page.
  public var next: PageCursor?
}

extension ArticleStore {
  /// The articles with the verdict `affected` for a product at a level, newest fix first: what only
  /// a hotfix corrects, then by level, then what only a later version corrects, then the rest.
  ///
  /// - Parameters:
  ///   - query: Words that the articles must have; an empty one asks for nothing.
  ///   - limit: Items of the page, 1 to 100.
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; `InvalidCursor`.
  public func missing(
    product: ProductID, at level: ServicePack, query: SearchQuery? = nil, limit: Int = pageDefault,
    cursor: PageCursor? = nil
  ) throws -> MissingPage {
    let question = ["missing", product.rawValue, level.id, query?.text ?? ""]
    let position = try PageCursor.position(cursor, of: question)
    let (items, last) = try missing(
      product, level, query, behind: position.map(Key.init(position:)),
      min(max(limit, 1), Self.pageMax))
    return MissingPage(
      items: items, next: last.map { PageCursor($0.position, of: question) })
  }

  /// Calls `body` with each article of `missing`, in the same order. The time limit is one for each
  /// thousand articles, and what `body` takes doesn't count.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; what `body` throws.
  public func forEachMissing(
    product: ProductID, at level: ServicePack, query: SearchQuery? = nil,
    _ body: (MissingArticle) throws -> Void
  ) throws {
    var last: Key?
    repeat {
      let part = try missing(product, level, query, behind: last, 1_000)
      for item in part.items { try body(item) }
      last = part.last
    } while last != nil
  }

  /// Where an article stands in the list.
  private struct Key {
    var place: Int
    var number: Int

    init(place: Int, number: Int) {
      self.place = place
      self.number = number
    }

    init(position: UInt64) {
      self.init(place: Int(position >> 32), number: Int(position & 0xFFFF_FFFF))
    }

    /// Both are small numbers: `AffectedSpan.place` and that of an article.
    var position: UInt64 {
      UInt64(UInt32(clamping: place)) << 32 | UInt64(UInt32(clamping: number))
    }

    /// Before the first of all lists.
    static let start = Key(place: .max, number: .max)
  }

  /// At most `limit` articles of the list, from behind a key on; `last` is the key of the last of
  /// them, nil if the list ends there.
  private func missing(
    _ product: ProductID, _ level: ServicePack, _ query: SearchQuery?, behind key: Key?,
    _ limit: Int
  ) throws -> (items: [MissingArticle], last: Key?) {
    let rank = Int(level.rank)
    let start = key ?? .start
    var arguments: StatementArguments = [product.rawValue, rank, rank]
    var words = ""
    if let match = query?.match {
      words = " AND +m.article IN (SELECT rowid FROM search WHERE search MATCH ?)"
      arguments += [match]
    }
    return try read("list what is missing from") { database in
      // At one level an article is affected by one span at most, so that the key is one row's.
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT a.number, a.title, a.date, a."group", m.state, m.fixed, m.place
            FROM affected AS m CROSS JOIN article AS a ON a.number = m.article
            WHERE m.product = ? AND m.introduced <= ? AND (m.until > ? OR m.until IS NULL)\(words)
            AND (m.place, m.article) < (?, ?)
            ORDER BY m.place DESC, m.article DESC LIMIT ?
            """),
        arguments: arguments + [start.place, start.number, limit + 1])
      var items: [MissingArticle] = []
      var last: Key?
      while let row = try rows.next() {
        if items.count == limit { return (items, last) }
        items.append(try Self.missing(row))
        last = Key(place: row[6], number: row[0])
      }
      return (items, nil)
    }
  }

  private static func missing(_ row: Row) throws -> MissingArticle {
    let fixedIn = row[5] as String?
    let level = fixedIn.flatMap { ServicePack(rawValue: $0) }
    guard let id = ArticleID(number: row[0]), let date = CivilDate(iso8601: row[2] as String),
      fixedIn == nil || level != nil
    else { throw UnreadableRow(table: "article", number: row[0]) }
    return MissingArticle(
      id: id, title: row[1], date: date, group: row[3], state: row[4],
      fixedIn: level)
  }
}
