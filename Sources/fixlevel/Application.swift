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
  private let server: Server
  private let logger: Logger

  private init(
    lock: consuming DataDirectoryLock, fleet: FleetDatabase, server: Server, logger: Logger
  ) {
    self.lock = lock
    self.fleet = fleet
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
      migrations: try options.knowledgeBase.migrations("fleet"))

    let service = Service(
      files: files, bodyBytesMax: options.limits.maxBodyBytes,
      knowledgeBase: KnowledgeBaseSource(directory: directory, migrations: migrations),
      report: { [logger] error, route in
        logger.error("request failed", metadata: ["path": "\(route.path)", "error": "\(error)"])
      })
    var configuration = ServerConfiguration()
    configuration.host = options.host
    configuration.port = options.port
    configuration.limits = options.limits.limits
    if let threads = options.threads { configuration.threads = threads }
    configuration.workers = options.workers ?? ProcessInfo.processInfo.activeProcessorCount
    let server = try Server.start(configuration) { try service.makeHandler() }
    return Application(lock: lock, fleet: fleet, server: server, logger: logger)
  }

  /// The address to open in a browser.
  var address: String { "http://\(server.address)/" }

  /// Finishes what is in flight and closes the databases.
  consuming func stop() throws {
    logger.info("draining")
    if !server.drain() { logger.warning("requests that took too long were cut off") }
    try fleet.close()
  }
}
