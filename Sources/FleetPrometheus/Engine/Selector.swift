import Telemetry

/// A selector of PromQL, such as `{__name__=~"a|b",host="PLC-07"}`.
struct Selector: Hashable, Sendable, CustomStringConvertible {
  private var matchers: [String] = []

  init() {}

  /// Series of one of these metrics.
  init(metrics: [String]) {
    self = Selector().matching(PrometheusSeries.nameLabel, anyOf: metrics)
  }

  /// With a label of this value; an empty value is that of a label that isn't there.
  func with(_ label: String, _ value: String) -> Selector {
    adding("\(label)=\(Self.quoted(value))")
  }

  /// With a label of one of these values.
  func matching(_ label: String, anyOf values: [String]) -> Selector {
    matching(label, expression: values.map(Self.literal).joined(separator: "|"))
  }

  /// With a label whose whole value fits a regular expression (RE2).
  func matching(_ label: String, expression: String) -> Selector {
    adding("\(label)=~\(Self.quoted(expression))")
  }

  private func adding(_ matcher: String) -> Selector {
    var selector = self
    selector.matchers.append(matcher)
    return selector
  }

  var description: String { "{\(matchers.joined(separator: ","))}" }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A regular expression that fits this text alone.
  static func literal(_ text: String) -> String {
    var literal = ""
    for scalar in text.unicodeScalars {
      if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { literal += "\\" }
      literal.unicodeScalars.append(scalar)
    }
    return literal
  }
}
