import Bytes
public import Diagnosis
public import Handles
public import KnowledgeBase

/// A host of a tenant, with the facts that lists show.
public struct FleetHost: Hashable, Sendable {
  /// What the last recorded diagnosis says.
  public struct Outcome: Hashable, Sendable {
    /// The id of the product, as the diagnosis understood it; nil if it is unknown.
    public var product: String?
    /// The id of the level, such as `SP3`, as the diagnosis understood it; nil if it is unknown.
    public var level: String?
    /// Whether the host has the bug.
    public var verdict: Verdict
    /// The most urgent finding among the host's processes.
    public var finding: Finding
    /// Whether a reference count has wrapped around, or will.
    public var wrap: WrapStatus
    /// When the next wrap is expected; nil if none is.
    public var wrapAt: Timestamp?

    /// An outcome as a diagnosis gives it, or as a store reads it back.
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

    /// The sort key of lists, lowest first: 0 if a count has wrapped around, else the time of the next
    /// wrap in milliseconds since 1970, or `Int64.max` without one.
    public var urgency: Int64 {
      if wrap == .happened { return 0 }
      return wrapAt.map { max(1, $0.milliseconds) } ?? .max
    }
  }

  /// The host's number in the store, never negative. Lists break ties by it.
  public var id: Int64
  /// The tenant that the host belongs to.
  public var tenant: String
  /// The host's name, which is unique within its tenant.
  public var name: String
  /// The product as a person declared it, or else as uploads report it; nil if nobody has said.
  public var product: String?
  /// The level in the words of whoever said it, such as `Service Pack 3`; nil if nobody has.
  public var servicePack: String?
  /// Whether a person declared the product or the level.
  public var isDeclared: Bool
  /// The time of the newest sample; nil if there is none yet.
  public var lastSample: Timestamp?
  /// A number that goes up with each change that the diagnosis depends on.
  public var revision: Int64
  /// The revision that `outcome` was made from.
  public var assessedRevision: Int64
  /// What the last recorded diagnosis says; nil before the first.
  public var outcome: Outcome?

  /// A host as a store reads it.
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

  /// Whether the last diagnosis covers everything known about the host.
  public var isAssessed: Bool { assessedRevision == revision }

  /// The sort key of lists, lowest first. Hosts without a diagnosis come last.
  public var urgency: Int64 { outcome?.urgency ?? .max }

  /// The name, product and level, in the form that a diagnosis takes.
  public var description: HostDescription {
    HostDescription(name: name, product: product, servicePack: servicePack)
  }
}

/// Which hosts a list should show.
public struct HostSelection: Sendable {
  /// Only hosts at this level, by its id such as `SP3`; nil for all.
  public var level: String?
  /// Only hosts with this verdict; nil for all.
  public var verdict: Verdict?
  /// Only hosts with this finding; nil for all.
  public var finding: Finding?
  /// Hosts on a page, 1 to 100. Values outside that range count as the nearest one inside it.
  public var limit: Int
  /// Where the page begins; nil for the first page.
  public var cursor: HostCursor?

  /// A selection; without filters it takes the first 20 of all hosts.
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

/// One page of a list of hosts.
public struct HostPage: Sendable {
  /// The hosts of the page, the most urgent first.
  public var items: [FleetHost]
  /// Where the next page begins; nil on the last page.
  public var next: HostCursor?
  /// Seconds since the list was read. More than 0 only for a store that caches lists.
  public var age: Int

  /// A page. Leave `age` at 0 where the store reads hosts anew for each call.
  public init(items: [FleetHost], next: HostCursor?, age: Int = 0) {
    self.items = items
    self.next = next
    self.age = age
  }
}

/// The last host of a page. The next page begins right after it, whatever has changed in the meantime.
public struct HostCursor: Hashable, Sendable, CustomStringConvertible {
  /// 0 where a wrap has happened, else the time of the next one in milliseconds since 1970, `Int64.max`
  /// without one.
  public let urgency: Int64
  /// The host's number in the store.
  public let id: Int64

  /// The place behind the host with this urgency and id.
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

/// Counts over all hosts of a tenant.
public struct FleetSummary: Sendable {
  /// All hosts, whether or not they have a diagnosis.
  public var hosts = 0
  /// Hosts without a diagnosis yet; they are in none of the counts below.
  public var unassessed = 0
  /// Hosts by the id of their level, such as `SP3`; `unknown` counts those without one.
  public var byLevel: [String: Int] = [:]
  /// Hosts by the raw value of `Verdict`.
  public var byVerdict: [String: Int] = [:]
  /// Hosts by the raw value of `Finding`.
  public var byFinding: [String: Int] = [:]
  /// Hosts by the raw value of `WrapStatus`.
  public var byWrap: [String: Int] = [:]
  /// At most ten hosts with a wrap that has happened or is expected, the soonest first.
  public var nearest: [FleetHost] = []
  /// Seconds since the hosts were read. More than 0 only for a store that caches lists.
  public var age = 0

  /// No hosts; a store fills in the counts.
  public init() {}
}

/// A diagnosis as it was recorded.
public struct StoredAssessment: Hashable, Sendable {
  /// When the diagnosis was made.
  public var diagnosed: Timestamp
  /// The diagnosis as JSON, byte for byte as it was recorded.
  public var document: [UInt8]

  /// A diagnosis that was made at a given time.
  public init(diagnosed: Timestamp, document: [UInt8]) {
    self.diagnosed = diagnosed
    self.document = document
  }
}

/// A diagnosis to be recorded.
public struct HostAssessment: Sendable {
  /// The host as it was before its series were read, so that its `revision` covers no later change.
  public var host: FleetHost
  /// What lists and counts show of the diagnosis.
  public var outcome: FleetHost.Outcome
  /// When the diagnosis was made.
  public var diagnosed: Timestamp
  /// The diagnosis as JSON, which `assessment(of:)` returns.
  public var document: [UInt8]
  /// What the diagnosis says of each process.
  public var processes: [ProcessDiagnosis]

  /// A diagnosis of a host. `processes` may be empty where a store records the document alone.
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
