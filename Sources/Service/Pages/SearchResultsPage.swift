import ArticleStore
import Bytes
import Diagnosis
import KnowledgeBase
import UseCases
import Web

/// `/kb?q=`: what was found, and what to narrow it down to.
struct SearchResultsPage {
  struct Hit {
    var id: String
    var path: String
    var title: String
    var date: String?
    var group: String
    var snippet: [MarkedText.Part]
  }

  /// One kind of values to choose from.
  struct Facet {
    var name: String
    var values: [Value]
    /// Those that are folded.
    var rest: [Value]
    var hasRest: Bool
  }

  struct Value {
    var label: String
    var count: String
    var path: String
    /// Chosen already; then `path` leads back to all values.
    var isChosen: Bool
  }

  /// A product at a level.
  struct Machine {
    var name: String
    var checkPath: String
    var missingPath: String
  }

  struct Link {
    var text: String
    var path: String
  }

  var title: String
  var query: String
  var total: String
  /// What the order and the counts hold for, where there are too many articles for all.
  var bounds: String?
  var hits: [Hit]
  var facets: [Facet]
  var next: String?
  var didYouMean: Link?
  /// What the list is narrowed down to; each leads to the list without it.
  var chosen: [Link]
  var isEmpty: Bool
  /// The number that was looked up, where there is no such article.
  var absent: String?
  /// The machine that the words name, with the pages that tell about it.
  var machine: Machine?
  /// Where all articles are.
  var all = Route.search.path()
  /// What the box for the next search keeps.
  var hidden: [FieldValue]

  struct FieldValue {
    var name: String
    var value: String
  }

  init(
    _ list: ListFilters, page: SearchPage, facets: SearchFacets, spelling: String?,
    catalogue: ProductCatalogue, number: ArticleID? = nil, question: MachineQuestion? = nil,
    isFirst: Bool = true
  ) {
    query = list.query.text
    title = list.query.text.isEmpty ? "Articles" : list.query.text
    total =
      facets.total == 1 ? "1 article" : "\(HumanText.number(Double(facets.total))) articles"
    bounds = Self.bounds(page, facets)
    isEmpty = page.items.isEmpty
    absent = number?.description
    machine = isFirst ? question.map(Self.machine) : nil
    hits = page.items.map { hit in
      Hit(
        id: hit.id.description, path: Route.article.path(hit.id.description), title: hit.title,
        date: hit.date == .unknown ? nil : hit.date.description, group: hit.group,
        snippet: hit.snippet.parts)
    }
    next = page.next.map { Target(Route.search.path(), list.parameters(cursor: $0)).text }
    didYouMean = spelling.map {
      Link(text: $0, path: Target(Route.search.path(), [("q", $0)]).text)
    }
    let parameters = list.parameters()
    hidden = parameters.compactMap { name, value in
      name == "q" ? nil : value.map { FieldValue(name: name, value: $0) }
    }
    let facets = [
      ("Product", "product", facets.product), ("Fixed in", "fixed_in", facets.fixedIn),
      ("Group", "group", facets.group), ("Year", "year", facets.year),
      ("Keyword", "keyword", facets.keyword),
    ].map { title, name, counts in
      (
        title,
        Self.values(counts, of: name, parameters) { value in
          name == "product"
            ? catalogue[ProductID(rawValue: value)]?.name ?? value : value
        }
      )
    }
    chosen = facets.flatMap(\.1).filter(\.isChosen).map { Link(text: $0.label, path: $0.path) }
    self.facets = facets.compactMap(Self.facet)
  }

  private static func bounds(_ page: SearchPage, _ facets: SearchFacets) -> String? {
    func number(_ count: Int) -> String { HumanText.number(Double(count)) }
    let ranked = page.ranked.map { "the best of the newest \(number($0)) first" }
    let counted =
      facets.counted < facets.total ? "counts of the newest \(number(facets.counted))" : nil
    let parts = [ranked, counted].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static let unfoldedMax = 6

  /// Nil where there is nothing to choose between.
  private static func facet(_ name: String, _ values: [Value]) -> Facet? {
    let open = values.filter { !$0.isChosen }
    guard !open.isEmpty else { return nil }
    // One value more is no reason to fold.
    let shown = open.count <= unfoldedMax + 1 ? open.count : unfoldedMax
    return Facet(
      name: name, values: Array(open.prefix(shown)), rest: Array(open.dropFirst(shown)),
      hasRest: open.count > shown)
  }

  private static func machine(_ question: MachineQuestion) -> Machine {
    let parameters: [(name: String, value: String?)] = [
      ("product", question.product.id.rawValue), ("service_pack", question.level.id),
    ]
    return Machine(
      name: "\(question.product.name) at \(question.level.id)",
      checkPath: Target(
        Route.check.path(), [("article", Article.main.description)] + parameters
      ).text,
      missingPath: Target(Route.missingPage.path(), parameters).text)
  }

  /// The values with the parameters that choose them, or that undo a choice.
  private static func values(
    _ counts: [FacetCount], of name: String, _ parameters: [(name: String, value: String?)],
    label: (String) -> String
  ) -> [Value] {
    let chosen = parameters.first { $0.name == name }?.value
    return counts.map { count in
      let isChosen = count.value == chosen
      let target = parameters.map { parameter in
        parameter.name == name ? (parameter.name, isChosen ? nil : count.value) : parameter
      }
      return Value(
        label: label(count.value), count: HumanText.number(Double(count.count)),
        path: Target(Route.search.path(), target).text, isChosen: isChosen)
    }
  }
}
