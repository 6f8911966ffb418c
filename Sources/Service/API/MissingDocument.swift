import ArticleStore
import Bytes
import KnowledgeBase
import UseCases
import Web

/// The JSON of `GET /api/v1/missing`.
struct MissingDocument: Encodable {
  var product: ProductID
  var servicePack: ServicePack
  var notes: [String]
  var items: [MissingArticle]
  var next: String?

  private enum CodingKeys: String, CodingKey {
    case product, notes, items, next
    case servicePack = "service_pack"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(product, forKey: .product)
    try container.encode(servicePack, forKey: .servicePack)
    try container.encode(notes, forKey: .notes)
    try container.encode(items, forKey: .items)
    try container.encode(next, forKey: .next)
  }
}

/// The same rows for a spreadsheet or for a program that reads line by line.
struct MissingTable {
  private var csv: CSV?
  private var lines: [UInt8] = []

  /// `form` is CSV or NDJSON.
  init(_ form: Representation) {
    if form == .csv { csv = CSV(header: ["id", "title", "date", "group", "state", "fixed_in"]) }
  }

  var bytes: [UInt8] { csv?.bytes ?? lines }

  mutating func append(_ item: MissingArticle) throws {
    if csv == nil {
      lines += try JSON.encoded(item)
    } else {
      csv?.append([
        item.id.description, item.title, item.date.description, item.group, item.state,
        item.fixedIn?.id ?? "",
      ])
    }
  }
}
