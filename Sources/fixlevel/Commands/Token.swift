import ArgumentParser
import Diagnosis
import Fleet
import Foundation
import Handles
import Service
import System
import UseCases

/// `fixlevel token`: who may send telemetry and read the fleet.
struct Token: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke the tokens of the fleet.",
    discussion: "It works while the server runs and while it doesn't.",
    subcommands: [Create.self, List.self, Revoke.self])

  func run() throws {
    throw ProgramFailure(
      .usage, "token create, token list or token revoke; see fixlevel token --help")
  }

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a token and print it; it can't be shown again.")

    @Option(name: .setting(.tokenName), help: .setting(.tokenName))
    var name: String

    @Option(name: .setting(.scope), help: .setting(.scope), transform: Self.scope)
    var scope: TokenScope

    @Option(name: .setting(.tenant), help: .setting(.tenant))
    var tenant = Defaults.tenant

    @Option(name: .setting(.expires), help: .setting(.expires))
    var expires: Days?

    @OptionGroup var place: TokenPlace

    func run() throws {
      guard let random = RandomBytes.make(TokenText.randomBytes),
        let token = TokenText(random: random)
      else {
        throw ProgramFailure(.unavailable, "no token could be made")
      }
      let now = FleetClock.system.now().milliseconds
      let request = TokenRequest.create(
        tenant: tenant, name: name, scope: scope.rawValue, prefix: token.shownPrefix,
        hash: token.hash, created: now, expires: expires.map { now + $0.milliseconds })
      let id = try place.run(request)
      do {
        try Console.print(token.text)
      } catch let failure as ProgramFailure {
        throw ProgramFailure(failure.code, "\(failure.message); \(withdrawn(id))")
      }
    }

    /// Nobody has seen the token: it must not stay valid.
    private func withdrawn(_ id: Int64) -> String {
      let now = FleetClock.system.now().milliseconds
      let isRevoked = (try? place.run(.revoke(id: id, at: now))) != nil
      return isRevoked
        ? "the new token is revoked" : "the new token, \(id), is valid: fixlevel token revoke \(id)"
    }

    private static func scope(_ text: String) throws -> TokenScope {
      guard let scope = TokenScope(rawValue: text) else {
        throw ValidationError("\(Setting.scope.flag) takes upload, read or admin")
      }
      return scope
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the tokens.")

    @OptionGroup var place: TokenPlace

    func run() throws {
      let rows = try ProgramFailure.mapping { try place.tokens() }.map { token in
        [
          "\(token.id)", token.name, token.tenant, token.scope.rawValue, token.prefix + "…",
          token.created.description, token.expires?.description ?? "never",
          token.lastUsed?.description ?? "never", token.revoked?.description ?? "",
        ].joined(separator: "\t")
      }
      let header = "id\tname\ttenant\tscope\ttoken\tcreated\texpires\tlast used\trevoked"
      try Console.print(lines: ([header] + rows).joined(separator: "\n"))
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Make a token invalid at once.")

    @Argument(help: "The token's id, as token list shows it.")
    var id: Int64

    @OptionGroup var place: TokenPlace

    func run() throws {
      _ = try place.run(
        .revoke(id: id, at: FleetClock.system.now().milliseconds))
      try Console.print("token \(id) is revoked")
    }
  }
}
