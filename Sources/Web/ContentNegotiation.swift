import HTTPTypes
import HTTPWire

/// Reads `Accept` and `Accept-Encoding` (RFC 9110 §12.5).
public enum ContentNegotiation {
  /// More elements than any client sends are not looked at.
  public static let elementsMax = 64

  /// The form that the client prefers; of those it likes equally the first of `offered`. Nil if
  /// it accepts none.
  public static func preferred(_ accept: String?, of offered: [Representation]) -> Representation? {
    guard let accept else { return offered.first }
    let elements = elements(of: accept)
    if elements.isEmpty { return offered.first }
    var best: (representation: Representation, quality: Int)?
    for representation in offered {
      let quality = quality(of: representation, in: elements)
      if quality > best?.quality ?? 0 { best = (representation, quality) }
    }
    return best?.representation
  }

  /// The form that the client prefers; 406 with the forms of `what` if it accepts none.
  public static func form(
    _ accept: String?, of offered: [Representation], _ what: String
  ) throws(Problem) -> Representation {
    guard let form = preferred(accept, of: offered) else {
      let types = offered.map(\.mediaType).joined(separator: ", ")
      throw Problem(.notAcceptable, "\(what) can be had as \(types).")
    }
    return form
  }

  /// Whether an answer may be sent with gzip.
  public static func acceptsGzip(_ acceptEncoding: String?) -> Bool {
    guard let acceptEncoding else { return false }
    let elements = elements(of: acceptEncoding)
    let named = elements.first { $0.name == "gzip" || $0.name == "x-gzip" }
    return (named ?? elements.first { $0.name == "*" }).map { $0.quality > 0 } ?? false
  }

  private struct Element {
    var name: Substring
    /// In thousandths, as RFC 9110 §12.4.2 allows three digits.
    var quality: Int
  }

  private static func elements(of field: String) -> [Element] {
    field.lowercased().split(separator: ",", maxSplits: elementsMax).prefix(elementsMax)
      .compactMap { element in
        let parts = element.split(separator: ";", maxSplits: 16).map(trimmed)
        guard let name = parts.first, !name.isEmpty else { return nil }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
        return Element(name: name, quality: weight.map { thousandths($0.dropFirst(2)) } ?? 1_000)
      }
  }

  /// The most specific element that names the media type decides.
  private static func quality(of representation: Representation, in elements: [Element]) -> Int {
    let type = representation.mediaType.prefix { $0 != ";" }
    let range = type.prefix { $0 != "/" } + "/*"
    for name in [type, range, "*/*"] {
      if let element = elements.first(where: { $0.name == name }) { return element.quality }
    }
    return 0
  }

  /// `0.5` as 500; what is no quality value counts as 0.
  private static func thousandths(_ text: Substring) -> Int {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole == "0" || whole == "1" else { return 0 }
    let digits = parts.count > 1 ? parts[1] : ""
    guard digits.utf8.count <= 3, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let fraction = Int(digits + String(repeating: "0", count: 3 - digits.utf8.count))
    else { return 0 }
    return min(1_000, (whole == "1" ? 1_000 : 0) + fraction)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
