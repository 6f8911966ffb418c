import ArticleStore
import Bytes
import HTTPTypes
import Web

/// Which part of a list is asked for: the parameters `limit` and `cursor`.
struct PageRequest {
  static let limits = 1...ArticleStore.pageMax
  static let limitDefault = ArticleStore.pageDefault

  var limit: Int
  var cursor: PageCursor?
  /// Whether the request names a part at all.
  var isExplicit: Bool

  init(_ parameters: QueryParameters) throws(Problem) {
    let limit = try parameters.shortValue("limit")
    let cursor = try parameters.shortValue("cursor")
    isExplicit = limit != nil || cursor != nil
    self.limit = Self.limitDefault
    if let limit {
      guard let number = Int(limit), Self.limits.contains(number) else {
        throw Problem(
          .badRequest,
          "limit is a whole number from \(Self.limits.lowerBound) to \(Self.limits.upperBound).")
      }
      self.limit = number
    }
    if let cursor {
      guard let place = PageCursor(cursor) else { throw .invalidCursor }
      self.cursor = place
    }
  }
}

extension Problem {
  static let invalidCursor = Problem(
    .badRequest,
    "The cursor is none that this list handed out; a cursor belongs to its query and filters.")
}

/// A part of a list, and what leads to the next.
struct ListPage<Item> {
  var items: [Item]
  /// The cursor; null at the end of the list.
  var next: String?
}

extension ListPage: Encodable where Item: Encodable {
  private enum CodingKeys: String, CodingKey {
    case items, next
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: .items)
    try container.encode(next, forKey: .next)
  }
}

extension ListPage: JSONWritable where Item: JSONWritable {
  func write(to json: inout JSONText) {
    json.object { json in
      json.member("items", items)
      json.key("next")
      if let next { json.string(next) } else { json.null() }
    }
  }
}
