import Bytes
public import Diagnosis
public import Handles
public import KnowledgeBase

/// A host of a tenant, as lists show it.
public struct FleetHost: Hashable, Sendable {
  /// What the last recorded diagnosis says.
  public struct Outcome: Hashable, Sendable {
    /// As the diagnosis understood it: a product's id, a level.
    public var product: String?
    public var level: String?
    public var verdict: Verdict
    public var finding: Finding
    public var wrap: WrapStatus
    /// When the next wrap is expected.
    public var wrapAt: Timestamp?

    public init(
      product: String?, level: String?, verdict: Verdict, finding: Finding, wrap: WrapStatus,
      wrapAt: Timestamp?
    ) {
      self.product = product
      self.level = level
      self.verdict = verdict
      self.finding = finding
      self.wrap = wrap
      self.wrapAt = wrapAt
    }

    /// Lists go by it, the lowest first: as in `HostCursor`.
    public var urgency: Int64 {
      if wrap == .happened { return 0 }
      return wrapAt.map { max(1, $0.milliseconds) } ?? .max
    }
  }

  public var id: Int64
  public var tenant: String
  public var name: String
  /// As a person declared it, else as uploads report it.
  public var product: String?
  public var servicePack: String?
  /// Whether a person said the product or the level.
  public var isDeclared: Bool
  public var lastSample: Timestamp?
  /// Goes up with each change that the diagnosis depends on.
  public var revision: Int64
  /// The revision that `outcome` was made from.
  public var assessedRevision: Int64
  /// Nil before the first diagnosis.
  public var outcome: Outcome?

  public init(
    id: Int64, tenant: String, name: String, product: String?, servicePack: String?,
    isDeclared: Bool, lastSample: Timestamp?, revision: Int64, assessedRevision: Int64,
    outcome: Outcome?
  ) {
    self.id = id
    self.tenant = tenant
    self.name = name
    self.product = product
    self.servicePack = servicePack
    self.isDeclared = isDeclared
    self.lastSample = lastSample
    self.revision = revision
    self.assessedRevision = assessedRevision
    self.outcome = outcome
  }

  public var isAssessed: Bool { assessedRevision == revision }

  /// By what lists go; hosts without a diagnosis come last.
  public var urgency: Int64 { outcome?.urgency ?? .max }

  /// As a diagnosis takes it.
  public var description: HostDescription {
    HostDescription(name: name, product: product, servicePack: servicePack)
  }
}

/// Which hosts of a list are wanted.
public struct HostSelection: Sendable {
  public var level: String?
  public var verdict: Verdict?
  public var finding: Finding?
  /// 1 to 100.
  public var limit: Int
  public var cursor: HostCursor?

  public init(
    level: String? = nil, verdict: Verdict? = nil, finding: Finding? = nil, limit: Int = 20,
    cursor: HostCursor? = nil
  ) {
    self.level = level
    self.verdict = verdict
    self.finding = finding
    self.limit = limit
    self.cursor = cursor
  }
}

/// Some hosts of a list.
public struct HostPage: Sendable {
  public var items: [FleetHost]
  /// Nil if these are the last.
  public var next: HostCursor?
  /// Seconds since this was read, where a store keeps lists for a while.
  public var age: Int

  public init(items: [FleetHost], next: HostCursor?, age: Int = 0) {
    self.items = items
    self.next = next
    self.age = age
  }
}

/// The last host of a page: the next one begins behind it, whatever changed meanwhile.
public struct HostCursor: Hashable, Sendable, CustomStringConvertible {
  /// 0 where a wrap has happened, else the time of the next one in milliseconds since 1970, `Int64.max`
  /// without one.
  public let urgency: Int64
  public let id: Int64

  public init(urgency: Int64, id: Int64) {
    self.urgency = urgency
    self.id = id
  }

  /// Reads what `description` gave; nil for anything else.
  public init?(_ text: String) {
    guard let pair = HexadecimalPair(text), let urgency = Int64(exactly: pair.first),
      let id = Int64(exactly: pair.second)
    else { return nil }
    self.init(urgency: urgency, id: id)
  }

  /// Two hexadecimal numbers.
  public var description: String {
    "\(HexadecimalPair(UInt64(bitPattern: urgency), UInt64(bitPattern: id)))"
  }
}

/// All hosts of a tenant in numbers.
public struct FleetSummary: Sendable {
  public var hosts = 0
  /// Hosts without a diagnosis yet; they are in none of the counts below.
  public var unassessed = 0
  public var byLevel: [String: Int] = [:]
  public var byVerdict: [String: Int] = [:]
  public var byFinding: [String: Int] = [:]
  public var byWrap: [String: Int] = [:]
  /// The ten nearest.
  public var nearest: [FleetHost] = []
  /// As that of a list.
  public var age = 0

  public init() {}
}

/// A diagnosis as it was recorded.
public struct StoredAssessment: Hashable, Sendable {
  /// When the diagnosis was made.
  public var diagnosed: Timestamp
  /// The diagnosis as JSON, as it was recorded.
  public var document: [UInt8]

  /// A diagnosis of a time.
  public init(diagnosed: Timestamp, document: [UInt8]) {
    self.diagnosed = diagnosed
    self.document = document
  }
}

/// A diagnosis to be recorded.
public struct HostAssessment: Sendable {
  /// The host as it was read before its series were.
  public var host: FleetHost
  public var outcome: FleetHost.Outcome
  public var diagnosed: Timestamp
  /// What `assessment(of:)` gives back.
  public var document: [UInt8]
  /// What the diagnosis says of each process.
  public var processes: [ProcessDiagnosis]

  public init(
    host: FleetHost, outcome: FleetHost.Outcome, diagnosed: Timestamp, document: [UInt8],
    processes: [ProcessDiagnosis] = []
  ) {
    self.host = host
    self.outcome = outcome
    self.diagnosed = diagnosed
    self.document = document
    self.processes = processes
  }
}
