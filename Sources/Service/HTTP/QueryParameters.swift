import HTTPTypes
import HTTPWire

/// The parameters of a query or a form; one that is there twice is an error, not a guess.
struct QueryParameters {
  private let items: [Request.QueryItem]

  init(_ items: [Request.QueryItem]) { self.items = items }

  /// The value of `name`; nil if it is missing, an empty text if it is there without one.
  func value(_ name: String) throws(Problem) -> String? {
    var found: String?
    for item in items where item.name == name {
      guard found == nil else {
        throw Problem(.badRequest, "The parameter \(name) is there more than once.")
      }
      found = item.value
    }
    return found
  }
}
