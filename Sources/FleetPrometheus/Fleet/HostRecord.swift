import Diagnosis
import Fleet
import Handles

/// A host as it is put together from the engine's series.
struct HostRecord {
  private let key: HostKey
  private var statements = HostStatements()
  private var outcome: FleetHost.Outcome?
  /// When the newest diagnosis was made.
  private(set) var diagnosed: Timestamp?
  private var wrapAt: Timestamp?
  private var lastSample: Timestamp?
  private var knownSample: Timestamp?

  init(_ name: String, of tenant: String) { key = HostKey(tenant: tenant, name: name) }

  mutating func add(_ statement: HostStatement) { statements.add(statement) }

  /// Takes the newest sample of the host.
  mutating func see(_ sample: Timestamp?) {
    guard let sample else { return }
    lastSample = max(lastSample ?? sample, sample)
  }

  /// Takes a series of the last diagnosis, or of an older one.
  mutating func add(_ metric: String, _ labels: [String: String], _ value: Double) {
    guard let time = Timestamp(seconds: value) else { return }
    switch metric {
    case ResultMetrics.outcome:
      guard diagnosed.map({ $0 < time }) ?? true,
        let outcome = ResultMetrics.outcome(labels)
      else { return }
      self.outcome = outcome
      diagnosed = time
    case ResultMetrics.hostWrap: wrapAt = time
    case ResultMetrics.lastSample:
      knownSample = time
      see(time)
    default: break
    }
  }

  /// Whether a person said something of the host that the diagnosis doesn't know.
  var hasNewDeclaration: Bool {
    guard let declared = statements.declaredAt else { return false }
    return diagnosed.map { $0 < declared } ?? true
  }

  var host: FleetHost {
    var outcome = outcome
    if outcome?.wrap == .expected { outcome?.wrapAt = wrapAt }
    // A diagnosis is of the samples that it says, and of what a person had said before.
    let revision = max(lastSample?.milliseconds ?? 0, statements.declaredAt?.milliseconds ?? 0)
    let isKnown = outcome != nil && lastSample == knownSample && !hasNewDeclaration
    return FleetHost(
      id: key.id, tenant: key.tenant, name: key.name, product: statements.product,
      servicePack: statements.servicePack, isDeclared: statements.isDeclared,
      lastSample: lastSample, revision: revision,
      assessedRevision: isKnown ? revision : 0, outcome: outcome)
  }
}
