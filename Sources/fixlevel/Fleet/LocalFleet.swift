import Fleet
import FleetSQLite
import Foundation
import Logging
import Service
import System
import UseCases

/// The fleet of one server: `fleet.sqlite` in a data directory that no other process may write in.
final class LocalFleet: FleetBackend {
  let desk: TokenDesk
  private let lock: DataDirectoryLock
  private let database: FleetDatabase
  private let control: ControlServer

  var store: any FleetStore { database }

  init(_ options: KnowledgeBaseOptions, _ meter: ServiceMeter, _ logger: Logger) throws {
    let directory = options.directory
    lock = try DataDirectoryLock(directory: directory)
    let database = try FleetDatabase(
      directory: directory, lockedBy: lock, migrations: try options.migrations("fleet"),
      committed: { meter.committed($0, in: $1) },
      diskFailed: { [logger] error in
        logger.critical("the disk failed", metadata: ["error": "\(error)"])
        // At once: what exit(3) runs would race with the threads that still work.
        _exit(ProgramFailure.Code.storage.rawValue)
      },
      checkpointFailed: { [logger] error in
        logger.error("the log stays beside the database", metadata: ["error": "\(error)"])
      },
      diskFilled: { [logger] isFull in
        if isFull {
          logger.error("the disk is full: uploads are refused until there is room")
        } else {
          logger.notice("the disk has room again: uploads are stored")
        }
      })
    let desk = try TokenDesk(database)
    self.database = database
    self.desk = desk
    // What `fixlevel token` asks for while the server holds the data directory.
    control = try ControlServer(directory: directory) { request in
      do {
        let reply = try request.run(on: database)
        try desk.reload()
        return reply
      } catch {
        logger.error("a token request failed", metadata: ["error": "\(error)"])
        return .refused("\(error)")
      }
    }
  }

  /// Every change comes through this server.
  func start(_ keeper: FleetKeeper) {}

  func stop() { control.stop() }

  func close() throws { try database.close() }
}
