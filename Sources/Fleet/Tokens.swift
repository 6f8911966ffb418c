public import Handles

/// What the holder of a token may do.
public enum TokenScope: String, CaseIterable, Sendable {
  /// Send telemetry.
  case upload
  /// Read hosts, series and diagnoses.
  case read
  /// Both, and declare the product and level of a host.
  case admin
}

/// A token as the store keeps it. Its text was shown once and is not stored.
public struct StoredToken: Hashable, Sendable {
  /// The number by which a person revokes the token.
  public var id: Int64
  /// The tenant whose data the token gives access to.
  public var tenant: String
  /// The name that a person gave the token.
  public var name: String
  /// What the token may be used for.
  public var scope: TokenScope
  /// The beginning of the text, by which a person recognises it.
  public var prefix: String
  /// SHA-256 of the text.
  public var hash: [UInt8]
  /// When the token was made.
  public var created: Timestamp
  /// The time from which it is no longer valid; nil if it doesn't expire.
  public var expires: Timestamp?
  /// When it was revoked; nil if it is still good.
  public var revoked: Timestamp?
  /// When it was last used; nil if it never was, or the store doesn't record it.
  public var lastUsed: Timestamp?

  /// A token with the id that it was stored under, not yet used or revoked.
  public init(id: Int64, _ token: NewToken) {
    self.id = id
    tenant = token.tenant
    name = token.name
    scope = token.scope
    prefix = token.prefix
    hash = token.hash
    created = token.created
    expires = token.expires
  }

  /// Whether the token is valid at a given time: neither revoked nor expired.
  public func isValid(at now: Timestamp) -> Bool {
    revoked == nil && expires.map { now < $0 } ?? true
  }
}

/// A token to be stored.
public struct NewToken: Hashable, Sendable {
  /// The tenant whose data the token gives access to.
  public var tenant: String
  /// The name that a person gave the token.
  public var name: String
  /// What the token may be used for.
  public var scope: TokenScope
  /// The beginning of the text, which is shown in lists: `TokenText.shownPrefix`.
  public var prefix: String
  /// SHA-256 of the text, 32 bytes.
  public var hash: [UInt8]
  /// When the token was made.
  public var created: Timestamp
  /// The time from which it is no longer valid; nil if it doesn't expire.
  public var expires: Timestamp?

  /// A token for a tenant. Unless `expires` is given, it is valid until it is revoked.
  public init(
    tenant: String, name: String, scope: TokenScope, prefix: String, hash: [UInt8],
    created: Timestamp, expires: Timestamp? = nil
  ) {
    self.tenant = tenant
    self.name = name
    self.scope = scope
    self.prefix = prefix
    self.hash = hash
    self.created = created
    self.expires = expires
  }
}

/// A store of tokens. Errors are `StorageError`, and `FleetError` where a fleet's database is full or
/// has stopped. A call that writes returns once the data is on disk.
public protocol TokenStore: Sendable {
  /// Stores a token.
  ///
  /// - Returns: Its id.
  func add(_ token: NewToken) throws -> Int64
  /// All tokens, also those that expired or were revoked, in the order of their ids.
  func tokens() throws -> [StoredToken]
  /// The token whose text has this SHA-256; nil if there is none.
  func token(hash: [UInt8]) throws -> StoredToken?
  /// Revokes a token. One that was revoked before keeps its time.
  ///
  /// - Returns: False if there is no token with this id.
  func revokeToken(_ id: Int64, at now: Timestamp) throws -> Bool
  /// Records when tokens, given by their ids, were last used.
  func noteUse(of tokens: [Int64: Timestamp]) throws
}
