import Diagnosis
public import Fleet
import Foundation
import Handles
import Telemetry

/// What `fixlevel token` asks for: carried out by the command itself where no server runs, else by
/// the server, because one process alone may write in a data directory.
public enum TokenRequest: Codable, Hashable, Sendable {
  /// The token's text stays with who made it; its hash travels. Times are milliseconds since 1970.
  case create(
    tenant: String, name: String, scope: String, prefix: String, hash: [UInt8], created: Int64,
    expires: Int64?)
  /// Revoke the token with this id, as of this moment.
  case revoke(id: Int64, at: Int64)
}

/// What became of a request.
public enum TokenReply: Codable, Hashable, Sendable {
  /// It is done; the id of the token.
  case done(id: Int64)
  /// Why not, for a person.
  case refused(String)
}

extension TokenRequest {
  private static let nameBytesMax = 256

  /// Carries out the request; what it says is checked here, wherever it comes from.
  public func run(on store: any TokenStore) throws -> TokenReply {
    switch self {
    case .create(let tenant, let name, let scope, let prefix, let hash, let created, let expires):
      guard let scope = TokenScope(rawValue: scope),
        let created = Timestamp(milliseconds: created), hash.count == 32
      else { return .refused("the request names no scope, no time or no hash") }
      for text in [tenant, name, prefix] {
        guard (1...Self.nameBytesMax).contains(text.utf8.count), PrintableName.allows(text)
        else {
          return .refused(
            "names have 1 to \(Self.nameBytesMax) bytes and no control characters")
        }
      }
      return .done(
        id: try store.add(
          NewToken(
            tenant: tenant, name: name, scope: scope, prefix: prefix, hash: hash, created: created,
            expires: expires.flatMap { Timestamp(milliseconds: $0) })))
    case .revoke(let id, let at):
      guard let at = Timestamp(milliseconds: at) else { return .refused("that is no time") }
      return try store.revokeToken(id, at: at)
        ? .done(id: id) : .refused("there is no token \(id); see fixlevel token list")
    }
  }
}
