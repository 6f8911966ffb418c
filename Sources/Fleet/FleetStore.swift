import Diagnosis
public import Handles

/// A storage backend for the fleet's telemetry: hosts, their series of handle counts, their diagnoses.
///
/// A call that writes returns, or calls back, once the data is on disk. A call that takes a tenant
/// never sees another tenant's data. Errors are `FleetError` where the caller can do something about
/// it, and `StorageError` otherwise.
public protocol FleetStore: Sendable {
  /// Stores an upload, all of it or nothing, in one commit with others that are waiting. Never blocks.
  /// A metrics engine may keep part of an upload that fails; sending it again stores each sample once.
  ///
  /// - Parameter done: Called once: after the commit on a queue of the store, or at once if the upload
  ///   is refused. It must be quick.
  func store(
    _ upload: FleetUpload, done: @escaping @Sendable (Result<UploadReceipt, any Error>) -> Void)

  /// Sets the product and the level that a person declares for a host. They take precedence over what
  /// uploads report. A host that doesn't exist yet is created.
  func declare(_ host: String, of tenant: String, as description: HostDescription) throws
    -> FleetHost

  /// The host with this name; nil if the tenant has none.
  func host(_ name: String, of tenant: String) throws -> FleetHost?

  /// One page of the tenant's hosts, those whose reference count wraps around soonest first.
  func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage

  /// Counts over all hosts of the tenant, and the hosts whose reference count wraps around next.
  func summary(of tenant: String) throws -> FleetSummary

  /// One page of the host's series. Series without samples in the selection are left out.
  func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage

  /// The last diagnosis that was recorded; nil if there is none, or the store doesn't keep them.
  func assessment(of host: FleetHost) throws -> StoredAssessment?

  /// At most `limit` hosts of all tenants that need a new diagnosis, in the order of their ids, starting
  /// with the first id above `id`.
  func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost]

  /// The number of hosts that `unassessedHosts` would return without a limit.
  func unassessedHostCount() throws -> Int

  /// Records diagnoses, and updates the lists and counts that show them.
  func record(_ assessments: [HostAssessment]) throws

  /// Checks that the storage backend can be read now. A full disk passes the check: hosts can still be
  /// read, and uploads fail with a reason of their own.
  ///
  /// - Throws: The reason why it can't be read.
  func checkAvailable() throws

  /// Does one bounded step of maintenance: deletes old samples and idempotency keys, and thins old
  /// samples.
  ///
  /// - Returns: Whether there is more to do.
  func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool
}

extension FleetStore {
  /// The series of the first page; with the default `samplesMax` that is all of them.
  public func series(of host: FleetHost, _ selection: SeriesSelection) throws -> [HandleSeries] {
    try seriesPage(of: host, selection).series
  }
}

/// The telemetry of one tenant that is stored as a unit.
public struct FleetUpload: Sendable {
  /// The tenant that the token of the upload belongs to.
  public var tenant: String
  /// The series, each with the name of its host. Samples may come in any order.
  public var series: [HandleSeries]
  /// The product and the level that the upload reports for hosts, by host name.
  public var descriptions: [String: HostDescription]
  /// When the server received the upload.
  public var received: Timestamp
  /// The client's `Idempotency-Key`: a second upload with it stores nothing.
  public var key: String?
  /// A hash of the upload's bytes. A different one under the same key is `FleetError.keyReused`.
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
  /// The number of samples in the upload, new or not.
  public var acceptedSamples: Int
  /// The number of samples at times that their series had no sample for. A store that can't tell counts
  /// all of them.
  public var newSamples: Int
  /// Whether an upload with the same key had been stored.
  public var isRepeated: Bool
  /// Whether the upload changed a series: by a new sample, or by a higher count at a known time.
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
  /// Too many uploads are waiting to be written. Try again later.
  case busy
  /// The disk is full or not writable. Stored data can still be read.
  case full
  /// The disk failed. No upload is acknowledged any more, and the process must end.
  case stopped
  /// Another upload was stored under the same `Idempotency-Key`.
  case keyReused
  /// The tenant has reached its limit of hosts or series; `what` says which.
  case quota(what: String, max: Int)
  /// The storage backend can't be reached, or fails. Part of an upload may be stored. `retryAfter` is
  /// the retry delay in seconds.
  case away(retryAfter: Int)
  /// The storage backend asks for fewer requests. Part of an upload may be stored. `retryAfter` is the
  /// retry delay in seconds.
  case throttled(retryAfter: Int)
  /// The storage backend rejects the request and would do so again. The text is its own reason.
  case refused(String)
}

/// The limits of what a store holds and of what may wait to be written.
public struct FleetLimits: Sendable {
  /// Hosts of one tenant; an upload that would exceed it fails with `FleetError.quota`.
  public var hostsPerTenant = 100_000
  /// Series of one tenant; an upload that would exceed it fails with `FleetError.quota`.
  public var seriesPerTenant = 1_000_000
  /// The number of uploads that may wait for a commit.
  public var waitingUploads = 4_096
  /// Bytes of samples that may wait for a commit.
  public var waitingBytes = 256 << 20
  /// Idempotency keys that are remembered, over all tenants. The oldest are dropped first.
  public var keys = 1_000_000

  /// The default limits.
  public init() {}
}

/// How long samples and idempotency keys are kept.
///
/// A sample's age is counted back from its host's newest sample, plus the time since that sample
/// arrived. So an old log that is uploaded today is kept as long as one that ends today.
public struct RetentionPolicy: Hashable, Sendable {
  /// The default of `fullResolutionDays`.
  public static let fullResolutionDaysDefault = 14

  /// Days after which samples are deleted; nil keeps them for ever.
  public var days: Int?
  /// Days after which only the lowest and the highest sample of each hour are left; nil keeps all.
  public var fullResolutionDays: Int?
  /// Hours for which an idempotency key is remembered.
  public var keyHours = 24

  /// A policy; by default samples are kept for ever, and thinned after two weeks.
  public init(days: Int? = nil, fullResolutionDays: Int? = fullResolutionDaysDefault) {
    self.days = days
    self.fullResolutionDays = fullResolutionDays
  }
}
