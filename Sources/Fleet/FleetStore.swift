import Diagnosis
public import Handles
/// Where the fleet's telemetry stays: hosts, their series of handle counts, their diagnoses.
///
/// A call that writes returns, or calls back, when what it wrote is on disk. Every call is about one
/// tenant; what belongs to another one is as if it weren't there. Errors are `FleetError` where the
/// caller can do something about it, else `StorageError`.
public protocol FleetStore: Sendable {
  /// Stores an upload whole or not at all, together with others that wait: never blocks. In a metrics
  /// engine an upload that fails may be there in part; sent again it is there once.
  ///
  /// - Parameter done: Called once, after the commit, on a queue of the store: it must be quick.
  func store(
    _ upload: FleetUpload, done: @escaping @Sendable (Result<UploadReceipt, any Error>) -> Void)

  /// Sets what a person says of a host, which then counts before what uploads say, and makes the
  /// host if it is new.
  func declare(_ host: String, of tenant: String, as description: HostDescription) throws
    -> FleetHost

  /// The host with this name; nil if the tenant has none.
  func host(_ name: String, of tenant: String) throws -> FleetHost?

  /// The nearest wrap first.
  func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage

  /// Counts over all hosts of the tenant, and the hosts whose reference count wraps around next.
  func summary(of tenant: String) throws -> FleetSummary

  /// Series of a host with samples in the selection; others are left out.
  func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage

  /// The document of the last diagnosis that was recorded.
  func assessment(of host: FleetHost) throws -> StoredAssessment?

  /// Hosts of all tenants that changed since their last recorded diagnosis, in the order of their ids,
  /// from the first one above `id` on.
  func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost]

  /// How many hosts `unassessedHosts` has in all.
  func unassessedHostCount() throws -> Int

  /// Keeps diagnoses, and what lists show of them.
  func record(_ assessments: [HostAssessment]) throws

  /// Whether what keeps the data can be asked now. A full disk is nothing against it: hosts can be read,
  /// and an upload is refused with the reason.
  ///
  /// - Throws: Why not.
  func checkAvailable() throws

  /// One bounded step of what has to be done now and then: old samples and keys go, blocks of old
  /// samples are thinned.
  ///
  /// - Returns: Whether there is more to do.
  func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool
}

extension FleetStore {
  /// The series of the first page.
  public func series(of host: FleetHost, _ selection: SeriesSelection) throws -> [HandleSeries] {
    try seriesPage(of: host, selection).series
  }
}

/// Telemetry of one tenant, to be stored as one.
public struct FleetUpload: Sendable {
  /// The tenant that the token of the upload belongs to.
  public var tenant: String
  /// Each names its host. Samples may come in any order.
  public var series: [HandleSeries]
  /// What the upload says of hosts, by their names; product and level count.
  public var descriptions: [String: HostDescription]
  /// When the server received the upload.
  public var received: Timestamp
  /// The client's `Idempotency-Key`: a second upload with it stores nothing.
  public var key: String?
  /// A hash of the upload's bytes, which tells another upload under the same key.
  public var fingerprint: [UInt8]

  /// An upload. Without a key it is stored each time that it is sent.
  public init(
    tenant: String, series: [HandleSeries], descriptions: [String: HostDescription] = [:],
    received: Timestamp, key: String? = nil, fingerprint: [UInt8] = []
  ) {
    self.tenant = tenant
    self.series = series
    self.descriptions = descriptions
    self.received = received
    self.key = key
    self.fingerprint = fingerprint
  }
}

/// The acknowledgement of an upload: it is stored.
public struct UploadReceipt: Hashable, Sendable {
  /// Samples of the upload, new or not.
  public var acceptedSamples: Int
  /// Samples at times at which their series had none; all, where the store can't tell.
  public var newSamples: Int
  /// Whether an upload with the same key had been stored.
  public var isRepeated: Bool
  /// Whether a series is another than before: by a new sample, or a higher count at a known time.
  public var isChange = false

  /// A receipt of an upload that changed no series; set `isChange` for one that did.
  public init(acceptedSamples: Int, newSamples: Int, isRepeated: Bool) {
    self.acceptedSamples = acceptedSamples
    self.newSamples = newSamples
    self.isRepeated = isRepeated
  }
}

/// Why the store refused a request that a client may change or repeat.
public enum FleetError: Error, Hashable, Sendable {
  /// Too much waits to be written; later there will be room.
  case busy
  /// The disk is full, or can't be written; what is stored can still be read.
  case full
  /// The disk failed. Nothing is acknowledged any more, and the process must end.
  case stopped
  /// Another upload was stored under the same `Idempotency-Key`.
  case keyReused
  /// The tenant has as many hosts, or series, as it may have.
  case quota(what: String, max: Int)
  /// What keeps the data can't be reached, or fails; an upload may be there in part. Seconds until it
  /// may be tried again.
  case away(retryAfter: Int)
  /// What keeps the data wants less for some seconds; an upload may be there in part.
  case throttled(retryAfter: Int)
  /// What keeps the data does not take this, and would not later: its words.
  case refused(String)
}

/// How much a store holds at most, and keeps waiting.
public struct FleetLimits: Sendable {
  /// Hosts of one tenant; an upload that would exceed it fails with `FleetError.quota`.
  public var hostsPerTenant = 100_000
  /// Series of one tenant; an upload that would exceed it fails with `FleetError.quota`.
  public var seriesPerTenant = 1_000_000
  /// Uploads that wait for their commit.
  public var waitingUploads = 4_096
  /// Bytes of samples that wait for their commit.
  public var waitingBytes = 256 << 20
  /// Idempotency keys of all tenants.
  public var keys = 1_000_000

  /// The default limits.
  public init() {}
}

/// How long what is kept.
///
/// The age of a sample is what it was when the newest one of its host came, plus the time since:
/// an old log that is uploaded today is kept like one that ends today.
public struct RetentionPolicy: Hashable, Sendable {
  /// Days that samples are kept; nil keeps them.
  public var days: Int?
  /// Days after which only the lowest and the highest sample of each hour are left; nil keeps all.
  public var fullResolutionDays: Int?
  /// Hours in which an idempotency key is known.
  public var keyHours = 24

  /// A policy; by default samples are kept for ever and thinned after 14 days.
  public init(days: Int? = nil, fullResolutionDays: Int? = 14) {
    self.days = days
    self.fullResolutionDays = fullResolutionDays
  }
}
