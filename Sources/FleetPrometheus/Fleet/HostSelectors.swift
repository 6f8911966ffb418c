import Telemetry

/// The selectors that find hosts, by whichever label names them.
enum HostSelectors {
  private static let metrics = PrometheusSeries.handleMetrics + PrometheusSeries.hostMetrics

  /// The series of all hosts by each of the labels that name one, with that label.
  static let all: [(label: String, selector: Selector)] = byLabel(Selector(metrics: metrics)) {
    $0.matching($1, expression: ".+")
  }

  /// The series of one host by each of those labels.
  static func of(_ host: String, metrics: [String] = metrics) -> [Selector] {
    byLabel(Selector(metrics: metrics)) { selector, label in
      label == PrometheusSeries.instanceLabel
        ? selector.matching(label, expression: "\(Selector.literal(host))(:[0-9]+)?")
        : selector.with(label, host)
    }.map(\.selector)
  }

  /// A label counts where those before it are missing.
  private static func byLabel(
    _ selector: Selector, _ match: (Selector, String) -> Selector
  ) -> [(label: String, selector: Selector)] {
    var rest = selector
    return (PrometheusSeries.hostLabels + [PrometheusSeries.instanceLabel]).map { label in
      defer { rest = rest.with(label, "") }
      return (label, match(rest, label))
    }
  }
}
