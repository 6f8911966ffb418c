import Diagnosis
import Fleet
import FleetPrometheus
import Foundation
import Handles
import Logging
import Service
import Synchronization
import UseCases

/// The fleet in a metrics engine, for one of any number of servers.
final class ClusterFleet: FleetBackend {
  /// Seconds between two looks at the token file, and for hosts that changed.
  private static let tick = 1.0

  let desk: TokenDesk
  private let fleet: PrometheusFleet
  private let tokens: TokensInUse
  private let logger: Logger
  private let queue = DispatchQueue(label: "cluster-changes")
  private let isStopped = Atomic<Bool>(false)

  var store: any FleetStore { fleet }

  init(_ configuration: ClusterConfiguration, tokenFile: URL, _ logger: Logger) throws {
    let tokens = try TokensInUse(TokenFile(tokenFile))
    self.tokens = tokens
    desk = try TokenDesk(tokens)
    fleet = PrometheusFleet(
      configuration, tenants: { tokens.tenants }, now: FleetClock.system.now,
      report: { [logger] error in
        logger.error("work on a tenant failed", metadata: ["error": "\(error)"])
      })
    self.logger = logger
  }

  /// Agents write to the engine past this server, and the token file changes under it.
  func start(_ keeper: FleetKeeper) {
    queue.asyncAfter(deadline: .now() + Self.tick) { [weak self] in
      guard let self, !isStopped.load(ordering: .relaxed) else { return }
      reloadTokens()
      keeper.changed()
      start(keeper)
    }
  }

  /// The keeper may wait for an engine that doesn't answer: what is under way is given up first.
  func stop() {
    isStopped.store(true, ordering: .relaxed)
    fleet.close()
  }

  func close() { fleet.close() }

  private func reloadTokens() {
    do {
      if try tokens.readAgain() { try desk.reload() }
    } catch {
      // Those that were read before stay valid until the file can be read.
      logger.error("the token file can't be read", metadata: ["error": "\(error)"])
    }
  }
}

/// The tokens of a file as they were when it was read last: whoever asks sees the same ones.
private final class TokensInUse: TokenStore {
  private struct State {
    /// Of the file that was read.
    var version: Data?
    /// Of one that couldn't be read, which is told once.
    var failed: Data??
    var tokens: [StoredToken]
    var tenants: [String]

    init(_ tokens: [StoredToken], _ version: Data?) {
      self.version = version
      self.tokens = tokens
      tenants = Set(tokens.map(\.tenant)).sorted()
    }
  }

  private let file: TokenFile
  private let state: Mutex<State>

  /// - Throws: `StorageError`.
  init(_ file: TokenFile) throws {
    self.file = file
    // The version first: what changes meanwhile is read again.
    let version = file.version()
    state = Mutex(State(try file.tokens(), version))
  }

  /// The tenants that have a token.
  var tenants: [String] { state.withLock { $0.tenants } }

  /// Reads the file if it is another one than that which was read.
  ///
  /// - Returns: Whether it was.
  /// - Throws: `StorageError`, once for each version of the file; it is tried again all the same.
  func readAgain() throws -> Bool {
    let version = file.version()
    guard state.withLock({ $0.version != version }) else { return false }
    do {
      let tokens = try file.tokens()
      state.withLock { $0 = State(tokens, version) }
      return true
    } catch {
      let isNew = state.withLock { state in
        defer { state.failed = .some(version) }
        return state.failed != .some(version)
      }
      if isNew { throw error }
      return false
    }
  }

  func tokens() -> [StoredToken] { state.withLock { $0.tokens } }

  func token(hash: [UInt8]) -> StoredToken? { tokens().first { $0.hash == hash } }

  func add(_ token: NewToken) throws -> Int64 { try file.add(token) }

  func revokeToken(_ id: Int64, at now: Timestamp) throws -> Bool {
    try file.revokeToken(id, at: now)
  }

  func noteUse(of tokens: [Int64: Timestamp]) throws { try file.noteUse(of: tokens) }
}
