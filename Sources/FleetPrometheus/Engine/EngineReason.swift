import Bytes
import Telemetry

/// What an answer says of its failure, as a short line.
enum EngineReason {
  private static let charactersMax = 300

  /// The member `error` of Prometheus's API, else the beginning of the text; nothing of a page of
  /// HTML, which says nothing to a client.
  static func text(_ body: [UInt8]) -> String {
    let object = try? JSONObject(body)
    if let error = try? object?.string("error") { return line(error) }
    let text = String(decoding: body, as: UTF8.self)
    return text.contains("<") ? "" : line(text)
  }

  /// Without what moves or hides other text.
  private static func line(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(charactersMax) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: line += " "
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line.split(separator: " ").joined(separator: " ")
  }
}
