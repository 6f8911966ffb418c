public import Fleet
public import Foundation
import GRDB
public import Handles
public import SQLite

extension FleetDatabase: TokenStore {
  public func add(_ token: NewToken) throws -> Int64 {
    try write { database, transaction in
      let tenant = try transaction.tenantID(token.tenant, in: database)
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

  /// Reads the tokens of a data directory, even while a server uses it. Without a database there are
  /// none.
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
