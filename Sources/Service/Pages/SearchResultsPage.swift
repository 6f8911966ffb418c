import KnowledgeBase
import Storage

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
  }

  struct Value {
    var label: String
    var count: Int
    var path: String
    /// Chosen already; then `path` leads back to all values.
    var isChosen: Bool
  }

  struct Link {
    var text: String
    var path: String
  }

  var title: String
  var query: String
  var total: String
  var hits: [Hit]
  var facets: [Facet]
  var next: String?
  var didYouMean: Link?
  /// What the box for the next search keeps.
  var hidden: [FieldValue]

  struct FieldValue {
    var name: String
    var value: String
  }

  init(
    _ list: ListFilters, page: SearchPage, facets: SearchFacets, spelling: String?,
    catalogue: ProductCatalogue
  ) {
    query = list.query.text
    title = list.query.text.isEmpty ? "Articles" : list.query.text
    total = facets.total == 1 ? "1 article" : "\(facets.total) articles"
    hits = page.items.map { hit in
      Hit(
        id: hit.id.description, path: Route.article(hit.id.description).path, title: hit.title,
        date: hit.date == .unknown ? nil : hit.date.description, group: hit.group,
        snippet: hit.snippet.parts)
    }
    next = page.next.map { Target(.search, list.parameters(cursor: $0)).text }
    didYouMean = spelling.map { Link(text: $0, path: Target(.search, [("q", $0)]).text) }
    let parameters = list.parameters()
    hidden = parameters.compactMap { name, value in
      name == "q" ? nil : value.map { FieldValue(name: name, value: $0) }
    }
    self.facets = [
      ("Product", "product", facets.product), ("Fixed in", "fixed_in", facets.fixedIn),
      ("Group", "group", facets.group), ("Year", "year", facets.year),
      ("Keyword", "keyword", facets.keyword),
    ].map { title, name, counts in
      Facet(
        name: title,
        values: Self.values(counts, of: name, parameters) { value in
          name == "product"
            ? catalogue[ProductID(rawValue: value)]?.name ?? value : value
        })
    }.filter { !$0.values.isEmpty }
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
        label: label(count.value), count: count.count, path: Target(.search, target).text,
        isChosen: isChosen)
    }
  }
}
