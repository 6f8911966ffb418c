import Diagnosis
public import Fleet
import Foundation
public import Handles
import Synchronization
import System
import Telemetry

/// A storage backend in a metrics engine with a Prometheus API. Series and results live in the engine
/// and this process is stateless, so any number of processes may share one engine.
///
/// It differs from `FleetDatabase`: it sees only the last days, makes a diagnosis anew whenever its text
/// is asked for, doesn't remember an `Idempotency-Key` (a sample that is sent twice is stored once
/// anyway), and leaves quotas to the engine.
public final class PrometheusFleet: FleetStore {
  let engine: Engine
  let configuration: ClusterConfiguration
  let now: @Sendable () -> Timestamp
  let clock: @Sendable () -> ContinuousClock.Instant
  let report: @Sendable (any Error) -> Void
  /// All tenants that hosts are diagnosed of.
  let tenants: @Sendable () -> [String]
  let round = Mutex(EvaluationRound())
  let lists = Mutex(HostLists())

  /// A backend that connects to the engine with the first request.
  ///
  /// - Parameters:
  ///   - tenants: Gives the tenants to diagnose; called at the beginning of each scan.
  ///   - now: Gives the time of day.
  ///   - clock: Measures the time limit of a host's series.
  ///   - report: Called with the error of one tenant when work on the others goes on.
  public init(
    _ configuration: ClusterConfiguration, tenants: @escaping @Sendable () -> [String],
    now: @escaping @Sendable () -> Timestamp,
    clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    report: @escaping @Sendable (any Error) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.tenants = tenants
    self.now = now
    self.clock = clock
    self.report = report
    engine = Engine(configuration)
  }

  /// Cancels the requests that are in flight. Later calls fail.
  public func close() { engine.stop() }

  /// What is looked at: the last days, and an hour for clocks that are ahead.
  func window(at time: Timestamp) -> ClosedRange<Timestamp> {
    let days = Int64(configuration.lookbackDays) * Timestamp.millisecondsPerDay
    return span(from: -days, to: Timestamp.millisecondsPerHour, around: time)
  }

  /// Milliseconds around a time.
  func span(from: Int64, to: Int64 = 0, around time: Timestamp) -> ClosedRange<Timestamp> {
    let start = Timestamp(milliseconds: time.milliseconds + from) ?? time
    return start...max(start, Timestamp(milliseconds: time.milliseconds + to) ?? time)
  }

  // MARK: Uploads

  /// Sends the upload by remote write, in several requests if it is large. The engine doesn't tell
  /// new samples from old ones, so the receipt counts all of them as new.
  public func store(
    _ upload: FleetUpload, done: @escaping @Sendable (Result<UploadReceipt, any Error>) -> Void
  ) {
    let samples = upload.series.reduce(0) { $0 + $1.samples.count }
    let receipt = UploadReceipt(
      acceptedSamples: samples, newSamples: samples, isRepeated: false)
    engine.write(writes(of: upload), upload.tenant) { done($0.map { receipt }) }
  }

  private func writes(of upload: FleetUpload) -> WriteBatches {
    var writes = WriteBatches(
      labels: engine.labels(of: upload.tenant), samplesMax: configuration.samplesOfAWriteMax)
    for series in upload.series { writes.append(series) }
    for (name, host) in upload.descriptions
    where host.product != nil || host.servicePack != nil {
      writes.append(
        HostStatement(host: name, source: .reported, host).labels, upload.received,
        upload.received.seconds)
    }
    return writes
  }

  /// Writes the declaration as a sample at the present time and clears the tenant's cached list.
  ///
  /// - Returns: The host, with the declaration in effect.
  /// - Throws: `FleetError`, `StorageError`.
  public func declare(
    _ host: String, of tenant: String, as description: HostDescription
  ) throws -> FleetHost {
    var record = try record(of: host, tenant) ?? HostRecord(host, of: tenant)
    record.add(try write(description, of: host, tenant, said: now()))
    lists.withLock { $0.remove(tenant) }
    return record.host
  }

  /// Writes what a person declared for a host at a given time. Later declarations still take precedence.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func importDeclaration(
    _ description: HostDescription, of host: String, tenant: String, said time: Timestamp
  ) throws {
    _ = try write(description, of: host, tenant, said: time)
  }

  private func write(
    _ description: HostDescription, of host: String, _ tenant: String, said time: Timestamp
  ) throws -> HostStatement {
    var statement = HostStatement(host: host, source: .declared, description)
    statement.value = time.seconds
    var writes = WriteBatches(
      labels: engine.labels(of: tenant), samplesMax: configuration.samplesOfAWriteMax)
    writes.append(statement.labels, time, time.seconds)
    try write(writes, tenant)
    return statement
  }

  /// Writes and waits until the engine has taken it.
  func write(_ writes: WriteBatches, _ tenant: String) throws {
    let outcome = Promise<Result<Void, any Error>>()
    engine.write(writes, tenant) { outcome.resolve($0) }
    try outcome.wait().get()
  }

  // MARK: Upkeep

  /// Sends the engine a small query.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func checkAvailable() throws {
    // An engine that wants a tenant takes any.
    try engine.checkAvailable(at: now(), tenants().first ?? "default")
  }

  /// Does nothing: the engine has a retention of its own.
  ///
  /// - Returns: False, as there is nothing more to do.
  public func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool { false }

  /// Always nil: diagnoses are not stored but made anew from the samples.
  public func assessment(of host: FleetHost) throws -> StoredAssessment? { nil }
}

extension Timestamp {
  /// Seconds since 1970, as metrics have times.
  var seconds: Double { Double(milliseconds) / 1_000 }

  /// Nil for what is no time.
  init?(seconds: Double) {
    guard let milliseconds = Int64(exactly: (seconds * 1_000).rounded()) else { return nil }
    self.init(milliseconds: milliseconds)
  }
}
