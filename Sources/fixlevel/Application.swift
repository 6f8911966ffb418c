import Foundation
import HTTPServer
import HTTPWire
import Logging
import Service
import Storage

/// The running server with what it is made of: the one place where the parts are put together.
struct Application: ~Copyable {
  private let fleet: any FleetBackend
  private let keeper: FleetKeeper
  private let server: Server
  private let logger: Logger

  private init(
    fleet: any FleetBackend, keeper: FleetKeeper, server: Server, logger: Logger
  ) {
    self.fleet = fleet
    self.keeper = keeper
    self.server = server
    self.logger = logger
  }

  /// Opens the databases and starts to serve.
  static func start(_ options: Serve) throws -> Application {
    var logger = Logger(label: "fixlevel", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = options.logLevel

    let directory = options.knowledgeBase.directory
    let migrations = try options.knowledgeBase.migrations("kb")
    let files = try PublicFiles(
      folder: ResourceFolder.publicFiles.url(override: options.publicDir))
    let fleet = try backend(options, logger)
    try KnowledgeBaseBuilder.prepare(directory: directory, migrations: migrations)
    let source = KnowledgeBaseSource(
      directory: directory, migrations: migrations, timeLimit: options.limits.queryTime)
    let keeper = FleetKeeper(
      store: fleet.store, desk: fleet.desk, knowledgeBase: source, policy: options.retention,
      report: { [logger] error in
        logger.error("work on the fleet failed", metadata: ["error": "\(error)"])
      })
    fleet.start(keeper)

    let service = Service(
      files: files, bodyBytesMax: options.limits.maxBodyBytes, knowledgeBase: source,
      fleet: FleetService(
        store: fleet.store, desk: fleet.desk, changed: { keeper.changed() }),
      report: { [logger] error, route in
        logger.error("request failed", metadata: ["path": "\(route.path)", "error": "\(error)"])
      })
    var configuration = ServerConfiguration()
    configuration.host = options.host
    configuration.port = options.port
    configuration.limits = options.limits.limits
    if let threads = options.threads { configuration.threads = threads }
    configuration.workers = options.workers ?? ProcessInfo.processInfo.activeProcessorCount
    do {
      let server = try Server.start(configuration) { try service.makeHandler() }
      return Application(fleet: fleet, keeper: keeper, server: server, logger: logger)
    } catch {
      // Nothing may write any more when the lock of the data directory goes.
      fleet.stop()
      keeper.stop()
      throw error
    }
  }

  private static func backend(
    _ options: Serve, _ logger: Logger
  ) throws -> any FleetBackend {
    guard let configuration = try options.cluster.configuration(), let file = options.cluster.file
    else { return try LocalFleet(options.knowledgeBase, logger) }
    try options.knowledgeBase.makeDirectory()
    return try ClusterFleet(configuration, tokenFile: file, logger)
  }

  /// The address to open in a browser.
  var address: String { "http://\(server.address)/" }

  /// Finishes what is in flight and closes the databases.
  consuming func stop() throws {
    logger.info("draining")
    if !server.drain() { logger.warning("requests that took too long were cut off") }
    fleet.stop()
    keeper.stop()
    try fleet.close()
  }
}
