public import Diagnosis
public import Foundation
import GRDB

/// What the holder of a token may do.
public enum TokenScope: String, CaseIterable, Sendable {
  /// Send telemetry.
  case upload
  /// Read hosts, series and diagnoses.
  case read
  /// Both, and say what a host is.
  case admin
}

/// A token as the database knows it: its text was shown once and is kept nowhere.
public struct StoredToken: Hashable, Sendable {
  public var id: Int64
  public var tenant: String
  public var name: String
  public var scope: TokenScope
  /// The beginning of the text, by which a person recognises it.
  public var prefix: String
  /// SHA-256 of the text.
  public var hash: [UInt8]
  public var created: Timestamp
  public var expires: Timestamp?
  public var revoked: Timestamp?
  public var lastUsed: Timestamp?

  /// A token that was stored under an id, and not used or revoked yet.
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

  /// Whether it may be used at a time.
  public func isValid(at now: Timestamp) -> Bool {
    revoked == nil && expires.map { now < $0 } ?? true
  }
}

/// A token to be stored.
public struct NewToken: Hashable, Sendable {
  public var tenant: String
  public var name: String
  public var scope: TokenScope
  public var prefix: String
  public var hash: [UInt8]
  public var created: Timestamp
  public var expires: Timestamp?

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

/// Where tokens are kept. Errors are `StorageError`; a call that writes returns when that is on disk.
public protocol TokenStore: Sendable {
  /// Stores a token.
  ///
  /// - Returns: Its id.
  func add(_ token: NewToken) throws -> Int64
  /// All tokens, also those that expired or were revoked, in the order of their ids.
  func tokens() throws -> [StoredToken]
  /// The token whose text has this SHA-256.
  func token(hash: [UInt8]) throws -> StoredToken?
  /// Makes a token invalid from now on; false if there is none of that id. One that was revoked
  /// before keeps its time.
  func revokeToken(_ id: Int64, at now: Timestamp) throws -> Bool
  /// Notes when tokens, by their ids, were used for the last time.
  func noteUse(of tokens: [Int64: Timestamp]) throws
}

extension FleetDatabase: TokenStore {
  public func add(_ token: NewToken) throws -> Int64 {
    try write { database, writer in
      let tenant = try writer.tenantID(token.tenant, in: database)
      try database.execute(
        sql: """
          INSERT INTO token (tenant, name, scope, prefix, hash, created, expires)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          tenant, token.name, token.scope.rawValue, token.prefix, Data(token.hash),
          token.created.milliseconds, token.expires?.milliseconds,
        ])
      return database.lastInsertedRowID
    }
  }

  public func tokens() throws -> [StoredToken] { try read(Self.tokens) }

  /// The tokens of a data directory, whether or not another process serves it: it is only read.
  ///
  /// - Throws: `StorageError`.
  public static func tokens(directory: URL, migrations: Migrations) throws -> [StoredToken] {
    let file = DatabaseFile(
      kind: .fleet, path: directory.appending(path: fileName).path, migrations: migrations)
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let reader = try file.openForReading()
    defer { try? reader.close() }
    return try file.mappingErrors("read") { try reader.read(tokens) }
  }

  private static func tokens(_ database: Database) throws -> [StoredToken] {
    try Row.fetchAll(database, sql: "\(selectToken) ORDER BY token.id").compactMap(token)
  }

  public func token(hash: [UInt8]) throws -> StoredToken? {
    try read { database in
      try Row.fetchOne(
        try database.cachedStatement(sql: "\(Self.selectToken) WHERE hash = ?"),
        arguments: [Data(hash)]
      ).flatMap(Self.token)
    }
  }

  public func revokeToken(_ id: Int64, at now: Timestamp) throws -> Bool {
    try write { database in
      try database.execute(
        sql: "UPDATE token SET revoked = coalesce(revoked, ?) WHERE id = ?",
        arguments: [now.milliseconds, id])
      return database.changesCount > 0
    }
  }

  public func noteUse(of tokens: [Int64: Timestamp]) throws {
    if tokens.isEmpty { return }
    try write { database in
      for (id, time) in tokens {
        try database.cachedStatement(
          sql: "UPDATE token SET last_used = max(coalesce(last_used, ?1), ?1) WHERE id = ?2"
        ).execute(arguments: [time.milliseconds, id])
      }
    }
  }

  private static let selectToken =
    "SELECT token.*, tenant.name AS tenant_name FROM token JOIN tenant ON tenant.id = token.tenant"

  private static func token(_ row: Row) -> StoredToken? {
    guard let scope = TokenScope(rawValue: row["scope"]),
      let created = Timestamp(milliseconds: row["created"])
    else { return nil }
    func time(_ column: String) -> Timestamp? {
      (row[column] as Int64?).flatMap { Timestamp(milliseconds: $0) }
    }
    var token = StoredToken(
      id: row["id"],
      NewToken(
        tenant: row["tenant_name"], name: row["name"], scope: scope, prefix: row["prefix"],
        hash: Array(row["hash"] as Data), created: created, expires: time("expires")))
    token.revoked = time("revoked")
    token.lastUsed = time("last_used")
    return token
  }
}
