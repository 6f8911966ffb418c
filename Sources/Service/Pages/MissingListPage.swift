import ArticleStore
import Bytes
import KnowledgeBase
import Mustache
import UseCases
import Web

/// `/missing`: the articles whose correction a level lacks.
struct MissingListPage {
  struct Row {
    var id: String
    var path: String
    var title: String
    var date: String?
    /// What ends the bug.
    var end: String
    /// Whether that is a level, which machines can be brought to.
    var isLevel: Bool
  }

  /// The list, once a product and a level are chosen.
  struct List {
    var product: String
    var level: String
    var count: String
    var note: String?
    var rows: [Row]
    var isEmpty: Bool
    var next: String?
    var csvPath: String
    var jsonPath: String
    var vexPath: String
  }

  var title = "What does this level lack?"
  var form: FormChoices
  var query: String
  var list: List?
  /// Why the list can't be made as it was asked for.
  var refusal: String?

  /// The form alone.
  init(_ catalogue: ProductCatalogue, product: String? = nil) {
    form = FormChoices(
      catalogue,
      product: product.flatMap { catalogue.product(named: $0)?.id.rawValue })
    query = ""
  }

  init(
    _ machine: MachineLevel, query: SearchQuery, page: MissingPage, catalogue: ProductCatalogue
  ) {
    form = FormChoices(
      catalogue, product: machine.product.id.rawValue, level: machine.level.id)
    self.query = query.text
    title = "What \(machine.product.name) \(machine.level.id) lacks"
    let parameters: [(name: String, value: String?)] = [
      ("product", machine.product.id.rawValue), ("service_pack", machine.level.id),
      ("q", query.isEmpty ? nil : query.text),
    ]
    let rows = page.items.map { article in
      Row(
        id: article.id.description, path: Route.article.path(article.id.description),
        title: article.title, date: article.date == .unknown ? nil : article.date.description,
        end: Self.end(article), isLevel: article.fixedIn != nil)
    }
    list = List(
      product: machine.product.name, level: machine.level.id,
      count: Self.count(rows.count, isAll: page.next == nil), note: machine.note, rows: rows,
      isEmpty: rows.isEmpty,
      next: page.next.map {
        Target(Route.missingPage.path(), parameters + [("cursor", $0.description)]).text
      },
      csvPath: Target(Route.missingCSV.path(), parameters).text,
      jsonPath: Target(Route.missingJSON.path(), parameters).text,
      vexPath: Target(Route.vex.path(), Array(parameters.prefix(2))).text)
  }

  private static func count(_ rows: Int, isAll: Bool) -> String {
    rows == 1 && isAll ? "1 article" : "\(rows) articles" + (isAll ? "" : " on this page")
  }

  private static func end(_ article: MissingArticle) -> String {
    if let level = article.fixedIn { return level.id }
    switch article.state {
    case "hotfix": return "a hotfix"
    case "later_version": return "a later version"
    default: return "no correction named"
    }
  }
}

/// A list has a hundred rows: they are asked for by name, not by reflection.
extension MissingListPage.Row: MustacheParent {
  func child(named name: String) -> Any? {
    switch name {
    case "id": id
    case "path": path
    case "title": title
    // An inner optional would count as a value.
    case "date": date.map { $0 as Any }
    case "end": end
    case "isLevel": isLevel
    default: nil
    }
  }
}
