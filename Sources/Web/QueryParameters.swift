import HTTPTypes
public import HTTPWire

/// The parameters of a query or a form; one that is there twice is an error, not a guess.
public struct QueryParameters {
  /// Bytes of a value that names something; names in uploads may have as many.
  public static let nameBytesMax = 256

  private let items: [Request.QueryItem]

  /// Parameters in the order in which they were sent.
  public init(_ items: [Request.QueryItem]) { self.items = items }

  /// Without what a person left open in a form.
  public var withoutEmptyValues: QueryParameters {
    QueryParameters(items.filter { !$0.value.isEmpty })
  }

  /// The value of `name`; nil if it is missing, an empty text if it is there without one.
  public func value(_ name: String) throws(Problem) -> String? {
    var found: String?
    for item in items where item.name == name {
      guard found == nil else {
        throw Problem(.badRequest, "The parameter \(name) is there more than once.")
      }
      found = item.value
    }
    return found
  }

  /// The same for a value that names something: one that is too long is an error.
  public func shortValue(_ name: String) throws(Problem) -> String? {
    let value = try value(name)
    guard value?.utf8.count ?? 0 <= Self.nameBytesMax else {
      throw Problem(.badRequest, "The parameter \(name) is longer than \(Self.nameBytesMax) bytes.")
    }
    return value
  }
}
