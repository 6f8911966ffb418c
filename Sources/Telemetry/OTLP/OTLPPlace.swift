import Bytes

/// Where in a request a JSON object or array stands.
enum OTLPPlace: Sendable, Equatable {
  /// What an array holds.
  enum Element: Sendable {
    case resourceMetrics, scopeMetrics, metric, point, attribute

    var place: OTLPPlace {
      switch self {
      case .resourceMetrics: .resourceMetrics
      case .scopeMetrics: .scopeMetrics
      case .metric: .metric
      case .point: .point
      case .attribute: .attribute
      }
    }
  }

  case request, resourceMetrics, resource, scopeMetrics, metric, data, point, attribute, value
  case array(Element)

  /// Whether it stands within a metric.
  var isOfMetric: Bool { [.data, .point, .array(.point)].contains(self) }

  /// The place of a member's value; nil where it is of no use.
  func child(_ member: String, isArray: Bool) -> OTLPPlace? {
    switch (self, member, isArray) {
    case (.request, "resourceMetrics", true): .array(.resourceMetrics)
    case (.resourceMetrics, "resource", false): .resource
    case (.resourceMetrics, "scopeMetrics", true): .array(.scopeMetrics)
    case (.resource, "attributes", true), (.point, "attributes", true): .array(.attribute)
    case (.scopeMetrics, "metrics", true): .array(.metric)
    case (.metric, "gauge", false), (.metric, "sum", false): .data
    case (.data, "dataPoints", true): .array(.point)
    case (.attribute, "value", false): .value
    default: nil
    }
  }
}

/// The metric that is being read.
struct OTLPMetric: Sendable {
  /// Of its resource.
  var firstPoint = 0
  var isDelta = false
  private(set) var meaning: OTLPMetricName.Meaning?
  /// Whether its name came before its points, and is another's.
  private(set) var isKnownOther = false

  init(firstPoint: Int = 0) { self.firstPoint = firstPoint }

  mutating func name(_ name: Span<UInt8>) {
    meaning = OTLPMetricName.meaning(of: name)
    isKnownOther = meaning == nil
  }
}

/// The attribute that is being read.
struct OTLPAttribute: Sendable {
  var key: [UInt8] = []
  /// Nil for a list or a map.
  var value: [UInt8]?
}
