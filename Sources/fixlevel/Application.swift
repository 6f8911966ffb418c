import ArticleStore
import Foundation
import HTTPServer
import HTTPWire
import Logging
import Service
import UseCases

/// The running server with what it is made of: the one place where the parts are put together.
struct Application: ~Copyable {
  private let fleet: any FleetBackend
  private let keeper: FleetKeeper
  private let server: Server
  private let service: Service
  /// Seconds from the signal to the end of accepting.
  private let drainDelay: Int
  private let logger: Logger

  private init(
    fleet: any FleetBackend, keeper: FleetKeeper, server: Server, service: Service,
    drainDelay: Int, logger: Logger
  ) {
    self.fleet = fleet
    self.keeper = keeper
    self.server = server
    self.service = service
    self.drainDelay = drainDelay
    self.logger = logger
  }

  /// Opens the databases and starts to serve.
  static func start(_ options: Serve, _ log: LogQueue) throws -> Application {
    let logger = options.logs.logger(to: log)
    let meter = ServiceMeter()

    let directory = options.knowledgeBase.directory
    let migrations = try options.knowledgeBase.migrations("kb")
    let files = try PublicFiles(
      folder: ResourceFolder.publicFiles.url(override: options.publicDir))
    let fleet = try backend(options, meter, logger)
    try KnowledgeBaseBuilder.prepare(directory: directory, migrations: migrations)
    let source = KnowledgeBaseSource(
      directory: directory, migrations: migrations, timeLimit: options.limits.queryTime)
    let keeper = try FleetKeeper(
      store: fleet.store, desk: fleet.desk, knowledgeBase: source, policy: options.retention,
      meter: meter.diagnoses,
      report: { [logger] error in
        logger.error("work on the fleet failed", metadata: ["error": "\(error)"])
      })
    fleet.start(keeper)

    let service = Service(
      files: files, bodyBytesMax: options.limits.maxBodyBytes, knowledgeBase: source,
      fleet: FleetService(
        store: fleet.store, desk: fleet.desk, changed: { keeper.changed() }),
      exposure: exposure(options, log), meter: meter,
      report: { [logger] error, context in logger.failed(error, context) })
    var configuration = ServerConfiguration()
    let (server, process) = (configuration.meter, ProcessMetrics())
    meter.add { server.write(to: &$0) }
    meter.add { DataDirectoryMetrics(directory: directory).write(to: &$0) }
    meter.add { process.write(to: &$0) }
    meter.add { log.write(to: &$0) }
    configuration.host = options.host
    configuration.port = options.port
    configuration.limits = options.limits.limits
    if options.logs.logsRequests { configuration.refusalLog = log }
    if let threads = options.threads { configuration.threads = threads }
    configuration.workers = options.workers ?? ProcessInfo.processInfo.activeProcessorCount
    do {
      let server = try Server.start(configuration) { try service.makeHandler() }
      return Application(
        fleet: fleet, keeper: keeper, server: server, service: service,
        drainDelay: options.limits.drainDelaySeconds, logger: logger)
    } catch {
      // Nothing may write any more when the lock of the data directory goes.
      fleet.stop()
      keeper.stop()
      throw error
    }
  }

  private static func exposure(_ options: Serve, _ log: LogQueue) -> Exposure {
    var exposure = options.exposure.exposure
    if options.logs.logsRequests { exposure.accessLog = { log.append(.request($0, .now)) } }
    return exposure
  }

  private static func backend(
    _ options: Serve, _ meter: ServiceMeter, _ logger: Logger
  ) throws -> any FleetBackend {
    guard let configuration = try options.cluster.configuration(), let file = options.cluster.file
    else { return try LocalFleet(options.knowledgeBase, meter, logger) }
    try options.knowledgeBase.makeDirectory()
    return try ClusterFleet(configuration, tokenFile: file, logger)
  }

  /// The address to open in a browser.
  var address: String { "http://\(server.address)/" }

  /// Finishes what is in flight and closes the databases.
  consuming func stop() throws {
    logger.info("draining")
    service.beginDrain()
    // What spreads requests over servers sees it on /readyz and sends no more.
    if drainDelay > 0 { Thread.sleep(forTimeInterval: Double(drainDelay)) }
    let hasEnded = server.drain()
    fleet.stop()
    keeper.stop()
    guard hasEnded else {
      // A thread that is still at work may call the store, which nobody may who has closed it. Left open
      // it is as a crash would leave it: what was acknowledged is on disk.
      return logger.warning("requests that took too long were cut off; the fleet is left open")
    }
    try fleet.close()
  }
}
