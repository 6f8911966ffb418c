import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System

@testable import Service
@testable import UseCases
@testable import Web

/// How often samples were read, and what goes wrong.
final class Reads: Sendable {
  let ofSamples = Atomic<Int>(0)
  /// What a list throws.
  let failure = Mutex<StorageError?>(nil)
  /// What the writing of a diagnosis throws.
  let recordFailure = Mutex<FleetError?>(nil)
}

/// A store that counts what is read from it, and fails when it is told to.
struct CountingStore: FleetStore {
  let store: FleetDatabase
  let reads: Reads

  func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage {
    reads.ofSamples.add(1, ordering: .relaxed)
    return try store.seriesPage(of: host, selection)
  }

  func store(
    _ upload: FleetUpload, done: @escaping @Sendable (Result<UploadReceipt, any Error>) -> Void
  ) {
    store.store(upload, done: done)
  }

  func declare(
    _ host: String, of tenant: String, as description: HostDescription
  ) throws -> FleetHost {
    try store.declare(host, of: tenant, as: description)
  }

  func host(_ name: String, of tenant: String) throws -> FleetHost? {
    try store.host(name, of: tenant)
  }

  func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage {
    if let failure = reads.failure.withLock({ $0 }) { throw failure }
    return try store.hosts(of: tenant, selection)
  }

  func summary(of tenant: String) throws -> FleetSummary { try store.summary(of: tenant) }

  func assessment(of host: FleetHost) throws -> StoredAssessment? {
    try store.assessment(of: host)
  }

  func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost] {
    try store.unassessedHosts(after: id, limit: limit)
  }

  func unassessedHostCount() throws -> Int { try store.unassessedHostCount() }

  func record(_ assessments: [HostAssessment]) throws {
    if let failure = reads.recordFailure.withLock({ $0 }) { throw failure }
    try store.record(assessments)
  }

  func checkAvailable() throws { try store.checkAvailable() }

  func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool {
    try store.maintain(policy, at: now)
  }
}
