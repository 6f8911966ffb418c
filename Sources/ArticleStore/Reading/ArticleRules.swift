import Bytes
import GRDB
import KnowledgeBase
import SQLite

/// Makes the fix rules of an article of their rows.
enum ArticleRules {
  /// - Parameter product: Rules for others are left out; nil for all rules.
  static func fetch(
    _ id: ArticleID, for product: ProductID? = nil, from database: Database
  ) throws -> [FixRule] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT position, product, introduced, state, fixed, certainty, hotfix_level,
          hotfix_kernel_date, hotfix_source, hotfix_text, hotfix_line
        FROM fix_rule WHERE article = ? ORDER BY position
        """)
    var rules: [FixRule] = []
    var positions: [Int] = []
    let rows = try Row.fetchCursor(statement, arguments: [id.number])
    while let row = try rows.next() {
      let name = ProductID(rawValue: row[1])
      if let product, name != product { continue }
      guard let introduced = ServicePack(rawValue: row[2]),
        let resolution = FixRule.Resolution(
          state: row[3], level: (row[4] as String?).flatMap { ServicePack(rawValue: $0) }),
        let certainty = Certainty(rawValue: row[5])
      else { throw UnreadableRow(table: "fix_rule", article: id) }
      positions.append(row[0])
      rules.append(
        FixRule(
          product: name, introduced: introduced, resolution: resolution, certainty: certainty,
          hotfix: try hotfix(row, of: id), evidence: []))
    }
    if !rules.isEmpty { try addEvidence(to: &rules, at: positions, of: id, from: database) }
    return rules
  }

  private static func hotfix(_ row: Row, of id: ArticleID) throws -> FixRule.Hotfix? {
    guard let name: String = row[6] else { return nil }
    guard let level = ServicePack(rawValue: name),
      let date = (row[7] as String?).flatMap({ CivilDate(iso8601: $0) })
    else { throw UnreadableRow(table: "fix_rule", article: id) }
    return FixRule.Hotfix(
      level: level, kernelDate: date,
      evidence: Evidence(source: row[8] ?? "", text: row[9] ?? "", line: row[10]))
  }

  /// The evidence of all rules of an article stands together and is read at once.
  ///
  /// - Parameter positions: the positions of `rules`, rising.
  private static func addEvidence(
    to rules: inout [FixRule], at positions: [Int], of id: ArticleID, from database: Database
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT rule, source, text, line FROM fix_evidence WHERE article = ? ORDER BY rule, position
        """)
    let rows = try Row.fetchCursor(statement, arguments: [id.number])
    var index = 0
    while let row = try rows.next() {
      let position: Int = row[0]
      while index < positions.count, positions[index] < position { index += 1 }
      guard index < positions.count else { return }
      guard positions[index] == position else { continue }
      rules[index].evidence.append(Evidence(source: row[1], text: row[2], line: row[3]))
    }
  }
}
