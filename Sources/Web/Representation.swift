/// In what form an article or a list can be had.
public enum Representation: Hashable, Sendable, CaseIterable {
  /// A page.
  case html
  /// One JSON document.
  case json
  /// Plain text.
  case text
  /// Rows of RFC 4180.
  case csv
  /// One JSON object a line.
  case ndjson

  /// The media type, with its character set.
  public var mediaType: String {
    switch self {
    case .html: "text/html; charset=utf-8"
    case .json: "application/json"
    case .text: "text/plain; charset=utf-8"
    case .csv: "text/csv; charset=utf-8"
    case .ndjson: "application/x-ndjson"
    }
  }

  /// The ending of a path that asks for this form; empty for the form without one.
  public var suffix: String {
    switch self {
    case .html: ""
    case .json: ".json"
    case .text: ".txt"
    case .csv: ".csv"
    case .ndjson: ".ndjson"
    }
  }
}
