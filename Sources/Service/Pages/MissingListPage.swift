import KnowledgeBase
import Storage

/// `/missing`: the articles whose correction a level lacks.
struct MissingListPage {
  struct Row {
    var id: String
    var path: String
    var title: String
    var date: String?
    var end: String
  }

  /// The list, once a product and a level are chosen.
  struct List {
    var heading: String
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

  /// The form alone.
  init(_ catalogue: ProductCatalogue) {
    form = FormChoices(catalogue)
    query = ""
  }

  init(
    _ machine: MachineLevel, query: SearchQuery, page: MissingPage, catalogue: ProductCatalogue
  ) {
    form = FormChoices(
      catalogue, product: machine.product.id.rawValue, level: machine.level.id)
    self.query = query.text
    let parameters: [(name: String, value: String?)] = [
      ("product", machine.product.id.rawValue), ("service_pack", machine.level.id),
      ("q", query.isEmpty ? nil : query.text),
    ]
    let rows = page.items.map { article in
      Row(
        id: article.id.description, path: Route.article(article.id.description).path,
        title: article.title, date: article.date == .unknown ? nil : article.date.description,
        end: Self.end(article))
    }
    list = List(
      heading: "\(machine.product.name) at \(machine.level.id)", note: machine.note, rows: rows,
      isEmpty: rows.isEmpty,
      next: page.next.map {
        Target(.missingPage, parameters + [("cursor", $0.description)]).text
      },
      csvPath: Target(.missing(.csv), parameters).text,
      jsonPath: Target(.missing(.json), parameters).text,
      vexPath: Target(.vex, Array(parameters.prefix(2))).text)
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
