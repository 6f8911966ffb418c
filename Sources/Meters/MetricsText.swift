/// Metrics in Prometheus' text format 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats, "Text-based format").
public struct MetricsText {
  /// The media type.
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// The kinds of metrics that are used here.
  public enum Kind: String {
    /// It only grows; a number; counts by ranges.
    case counter, gauge, histogram
  }

  /// A label's name and its value, which may be any text.
  public typealias Label = (name: String, value: String)

  /// The lines so far.
  public private(set) var text = ""

  /// No lines.
  public init() {}

  /// Begins a metric, whose samples follow.
  public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help, quote: false))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// A sample of the metric that was begun.
  public mutating func sample(_ name: String, _ labels: [Label], _ value: some Number) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(value.metricText)\n"
  }

  /// A metric with one sample and no labels.
  public mutating func single(
    _ name: String, _ kind: Kind, _ help: String, _ value: some Number
  ) {
    begin(name, kind, help)
    sample(name, [], value)
  }

  /// The samples of a histogram that was begun.
  public mutating func histogram(
    _ name: String, _ labels: [Label], _ snapshot: Histogram.Snapshot
  ) {
    var total: UInt64 = 0
    for (index, count) in snapshot.counts.enumerated() {
      total &+= count
      let bound = index < snapshot.bounds.count ? snapshot.bounds[index].metricText : "+Inf"
      sample("\(name)_bucket", labels + [("le", bound)], total)
    }
    sample("\(name)_sum", labels, snapshot.sum)
    sample("\(name)_count", labels, total)
  }

  /// What can be the value of a sample.
  public protocol Number {
    /// As the format has it.
    var metricText: String { get }
  }

  private static func escaped(_ text: String, quote: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quote: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension UInt64: MetricsText.Number {
  /// The digits.
  public var metricText: String { "\(self)" }
}

extension Int: MetricsText.Number {
  /// The digits.
  public var metricText: String { "\(self)" }
}

extension Double: MetricsText.Number {
  /// The shortest text that means this number; `+Inf`, `-Inf` and `NaN` as the format has them.
  public var metricText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: self).map { "\($0)" } ?? "\(self)"
  }
}
