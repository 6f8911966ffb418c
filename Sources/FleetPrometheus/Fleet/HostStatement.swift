import Diagnosis
import Handles
import Telemetry

/// What somebody says of a host, as a series: `fixlevel_host_info{host,product,service_pack,source}`,
/// whose value is the second at which it was said. An agent that writes it writes 1, again and again.
struct HostStatement {
  enum Source: String {
    /// By an upload.
    case reported
    /// By a person.
    case declared
  }

  var host: String
  var source: Source
  var product: String?
  var servicePack: String?
  /// Whether the engine still gives its value a while after the last sample.
  var isPresent = false
  var value = 0.0

  init(host: String, source: Source, _ description: HostDescription) {
    self.host = host
    self.source = source
    product = description.product
    servicePack = description.servicePack
  }

  /// Reads what the engine has; nil where it names no host.
  init?(_ series: EngineSeries, isPresent: Bool) {
    guard let host = PrometheusSeries.host(labels: series.labels),
      let value = series.samples.last?.value, value.isFinite
    else { return nil }
    self.host = host
    source = series.labels["source"].flatMap(Source.init) ?? .reported
    product = series.labels["product"]
    servicePack = series.labels["service_pack"]
    self.isPresent = isPresent
    self.value = value
  }

  var labels: [String: String] {
    [
      PrometheusSeries.nameLabel: PrometheusSeries.hostInfo, "host": host,
      "source": source.rawValue, "product": product ?? "", "service_pack": servicePack ?? "",
    ]
  }
}

/// What of all that was said of a host counts.
struct HostStatements {
  private var declared: HostStatement?
  private var reported: [HostStatement] = []

  mutating func add(_ statement: HostStatement) {
    switch statement.source {
    case .declared:
      if declared.map({ $0.value < statement.value }) ?? true { declared = statement }
    case .reported: reported.append(statement)
    }
  }

  /// Whether a person said the product or the level.
  var isDeclared: Bool { declared?.product != nil || declared?.servicePack != nil }
  var product: String? { declared?.product ?? reportedValue(\.product) }
  var servicePack: String? { declared?.servicePack ?? reportedValue(\.servicePack) }

  /// When a person said it.
  var declaredAt: Timestamp? { declared.flatMap { Timestamp(seconds: $0.value) } }

  /// What is still said counts before what was said, then the newest; nothing where that says two
  /// things.
  private func reportedValue(_ fact: (HostStatement) -> String?) -> String? {
    let statements = reported.filter { fact($0) != nil }
    let present = statements.filter(\.isPresent)
    let candidates = present.isEmpty ? statements : present
    guard let newest = candidates.map(\.value).max() else { return nil }
    let values = Set(candidates.filter { $0.value == newest }.compactMap(fact))
    return values.count == 1 ? values.first : nil
  }
}
