import Foundation
import HTTPServer
import HTTPWire
import Logging
import Service
import Storage

/// The running server with what it is made of: the one place where the parts are put together.
struct Application: ~Copyable {
  private let lock: DataDirectoryLock
  private let fleet: FleetDatabase
  private let keeper: FleetKeeper
  private let control: ControlServer
  private let server: Server
  private let logger: Logger

  private init(
    lock: consuming DataDirectoryLock, fleet: FleetDatabase, keeper: FleetKeeper,
    control: ControlServer, server: Server, logger: Logger
  ) {
    self.lock = lock
    self.fleet = fleet
    self.keeper = keeper
    self.control = control
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
    let lock = try DataDirectoryLock(directory: directory)
    try KnowledgeBaseBuilder.prepare(directory: directory, migrations: migrations)
    let fleet = try FleetDatabase(
      directory: directory, lockedBy: lock,
      migrations: try options.knowledgeBase.migrations("fleet"),
      diskFailed: { [logger] error in
        logger.critical("the disk failed", metadata: ["error": "\(error)"])
        // At once: what exit(3) runs would race with the threads that still work.
        _exit(ProgramFailure.Code.storage.rawValue)
      })
    let desk = try TokenDesk(fleet)
    let control = try control(directory, fleet, desk, logger)
    let source = KnowledgeBaseSource(
      directory: directory, migrations: migrations, timeLimit: options.limits.queryTime)
    let keeper = FleetKeeper(
      store: fleet, desk: desk, knowledgeBase: source, policy: options.retention,
      report: { [logger] error in
        logger.error("work on the fleet failed", metadata: ["error": "\(error)"])
      })

    let service = Service(
      files: files, bodyBytesMax: options.limits.maxBodyBytes, knowledgeBase: source,
      fleet: FleetService(store: fleet, desk: desk, changed: { keeper.changed() }),
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
      return Application(
        lock: lock, fleet: fleet, keeper: keeper, control: control, server: server, logger: logger)
    } catch {
      // Nothing may write any more when the lock goes.
      control.stop()
      keeper.stop()
      throw error
    }
  }

  /// What `fixlevel token` asks for while the server holds the data directory.
  private static func control(
    _ directory: URL, _ fleet: FleetDatabase, _ desk: TokenDesk, _ logger: Logger
  ) throws -> ControlServer {
    try ControlServer(directory: directory) { request in
      do {
        let reply = try request.run(on: fleet)
        try desk.reload()
        return reply
      } catch {
        logger.error("a token request failed", metadata: ["error": "\(error)"])
        return .refused("\(error)")
      }
    }
  }

  /// The address to open in a browser.
  var address: String { "http://\(server.address)/" }

  /// Finishes what is in flight and closes the databases.
  consuming func stop() throws {
    logger.info("draining")
    if !server.drain() { logger.warning("requests that took too long were cut off") }
    control.stop()
    keeper.stop()
    try fleet.close()
  }
}
