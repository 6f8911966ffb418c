import ArgumentParser
import Fleet
import FleetPrometheus
import FleetSQLite
import Foundation
import Service
import System
import UseCases

/// Where tokens are kept: in a file that several servers share, or in a data directory. There one
/// process alone may write: the command asks the server, or is that process itself if there is none.
struct TokenPlace: ParsableArguments {
  private static let attempts = 50
  private static let pause = 0.1

  @Option(name: .setting(.tokenFile), help: .setting(.tokenFile))
  var tokenFile: String?

  @OptionGroup var options: KnowledgeBaseOptions

  private var file: TokenFile? { tokenFile.map { TokenFile(URL(filePath: $0)) } }

  /// All tokens.
  func tokens() throws -> [StoredToken] {
    if let file { return try file.tokens() }
    return try FleetDatabase.tokens(
      directory: options.directory, migrations: try options.migrations("fleet"))
  }

  /// The id that the request was about.
  func run(_ request: TokenRequest) throws -> Int64 {
    let reply = try ProgramFailure.mapping { try self.reply(to: request) }
    switch reply {
    case .done(let id): return id
    case .refused(let reason): throw ProgramFailure(.usage, reason)
    }
  }

  /// A server that begins or ends has the lock and doesn't listen: both ways are tried for a while.
  private func reply(to request: TokenRequest) throws -> TokenReply {
    if let file { return try request.run(on: file) }
    try options.makeDirectory()
    for attempt in 1... {
      do {
        return try alone(request)
      } catch let error as StorageError where error.kind == .locked {
        if let reply = try ControlSocket.ask(request, in: options.directory) { return reply }
        guard attempt < Self.attempts else { throw error }
        Thread.sleep(forTimeInterval: Self.pause)
      }
    }
    return .refused("no server answered")
  }

  private func alone(_ request: TokenRequest) throws -> TokenReply {
    let lock = try DataDirectoryLock(directory: options.directory)
    let fleet = try FleetDatabase(
      directory: options.directory, lockedBy: lock, migrations: try options.migrations("fleet"))
    let reply = Result { try request.run(on: fleet) }
    try fleet.close()
    _ = consume lock
    return try reply.get()
  }
}
