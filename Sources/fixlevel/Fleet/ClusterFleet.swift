import Cluster
import Foundation
import Logging
import Service
import Storage
import Synchronization

/// The fleet in a metrics engine, for one of any number of servers.
final class ClusterFleet: FleetBackend {
  /// Seconds between two looks at the token file, and for hosts that changed.
  private static let tick = 1.0

  let desk: TokenDesk
  private let fleet: PrometheusFleet
  private let tokens: TokenFile
  private let logger: Logger
  private let tenants = Tenants()
  private let version: Mutex<Data?>
  private let queue = DispatchQueue(label: "cluster-changes")
  private let isStopped = Atomic<Bool>(false)

  var store: any FleetStore { fleet }

  init(_ configuration: ClusterConfiguration, tokenFile: URL, _ logger: Logger) throws {
    tokens = TokenFile(tokenFile)
    version = Mutex(tokens.version())
    desk = try TokenDesk(tokens)
    tenants.set(try tokens.tokens())
    let tenants = tenants
    fleet = PrometheusFleet(
      configuration, tenants: { tenants.names }, now: FleetClock.system.now)
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

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func close() { fleet.close() }

  private func reloadTokens() {
    let present = tokens.version()
    let isNew = version.withLock { version in
      defer { version = present }
      return version != present
    }
    guard isNew else { return }
    do {
      try desk.reload()
      tenants.set(try tokens.tokens())
    } catch {
      // Those that were read before stay valid until the file can be read.
      logger.error("the token file can't be read", metadata: ["error": "\(error)"])
    }
  }

  /// The tenants that have a token.
  private final class Tenants: Sendable {
    private let sorted = Mutex<[String]>([])

    var names: [String] { sorted.withLock { $0 } }

    func set(_ tokens: [StoredToken]) {
      let names = Set(tokens.map(\.tenant)).sorted()
      sorted.withLock { $0 = names }
    }
  }
}
