import ArgumentParser
import Diagnosis
import Foundation
import Service
import Storage

/// `fixlevel token`: who may send telemetry and read the fleet.
struct Token: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make, list and revoke the tokens of the fleet.",
    discussion: "It works while the server runs and while it doesn't.",
    subcommands: [Create.self, List.self, Revoke.self])

  func run() throws {
    throw ProgramFailure(
      .usage, "token create, token list or token revoke; see fixlevel token --help")
  }

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token and print it; it can't be shown again.")

    @Option(name: .setting(.tokenName), help: .setting(.tokenName))
    var name: String

    @Option(name: .setting(.scope), help: .setting(.scope), transform: Self.scope)
    var scope: TokenScope

    @Option(name: .setting(.tenant), help: .setting(.tenant))
    var tenant = "default"

    @Option(name: .setting(.expires), help: .setting(.expires))
    var expires: Days?

    @OptionGroup var knowledgeBase: KnowledgeBaseOptions

    func run() throws {
      var generator = SystemRandomNumberGenerator()
      let random = (0..<TokenText.randomBytes).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      guard let token = TokenText(random: random) else {
        throw ProgramFailure(.unavailable, "no token could be made")
      }
      let now = FleetClock.system.now().milliseconds
      let request = TokenRequest.create(
        tenant: tenant, name: name, scope: scope.rawValue, prefix: token.shownPrefix,
        hash: token.hash, created: now, expires: expires.map { now + $0.milliseconds })
      _ = try TokenWriter(knowledgeBase).run(request)
      try Console.print(token.text)
    }

    private static func scope(_ text: String) throws -> TokenScope {
      guard let scope = TokenScope(rawValue: text) else {
        throw ValidationError("\(Setting.scope.flag) takes upload, read or admin")
      }
      return scope
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the tokens.")

    @OptionGroup var knowledgeBase: KnowledgeBaseOptions

    func run() throws {
      let tokens = try ProgramFailure.mapping {
        try FleetDatabase.tokens(
          directory: knowledgeBase.directory,
          migrations: try knowledgeBase.migrations("fleet"))
      }
      let rows = tokens.map { token in
        [
          "\(token.id)", token.name, token.tenant, token.scope.rawValue, token.prefix + "…",
          token.created.description, token.expires?.description ?? "never",
          token.lastUsed?.description ?? "never", token.revoked?.description ?? "",
        ].joined(separator: "\t")
      }
      let header = "id\tname\ttenant\tscope\ttoken\tcreated\texpires\tlast used\trevoked"
      try Console.print(([header] + rows).joined(separator: "\n"))
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a token invalid at once.")

    @Argument(help: "The token's id, as token list shows it.")
    var id: Int64

    @OptionGroup var knowledgeBase: KnowledgeBaseOptions

    func run() throws {
      _ = try TokenWriter(knowledgeBase).run(
        .revoke(id: id, at: FleetClock.system.now().milliseconds))
      try Console.print("token \(id) is revoked")
    }
  }
}

/// Writes where one process alone may write: it asks the server of the data directory, or is that
/// process itself if there is no server.
private struct TokenWriter {
  private static let attempts = 50
  private static let pause = 0.1

  private let options: KnowledgeBaseOptions

  init(_ options: KnowledgeBaseOptions) { self.options = options }

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
