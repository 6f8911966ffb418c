import Bytes
public import Fleet
public import Foundation
public import Handles
import System

/// A file of tokens that all servers of a fleet share: one JSON object a line, with the SHA-256 of the
/// token and never the token itself. Servers only read the file. `fixlevel token` replaces it
/// atomically, so no reader ever sees half of it.
public struct TokenFile: TokenStore {
  private static let bytesMax = 16 << 20

  private let url: URL

  /// The file at this URL. It need not exist yet; the first token makes it.
  public init(_ url: URL) { self.url = url }

  /// A value that changes whenever the file does; nil if there is no file.
  public func version() -> Data? {
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    return Data(
      "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)".utf8)
  }

  /// Reads the file anew. A missing file has no tokens.
  ///
  /// - Throws: `StorageError`, of kind `corrupt` for a line that is no token.
  public func tokens() throws -> [StoredToken] {
    var lineNumber = 0
    return try lines().map { line in
      lineNumber += 1
      guard let row = try? JSONDecoder().decode(Row.self, from: line), let token = row.token else {
        throw failure(.corrupt, "read", "line \(lineNumber) is no token")
      }
      return token
    }.sorted { $0.id < $1.id }
  }

  /// Reads the file and looks for the token with this hash.
  ///
  /// - Throws: `StorageError`.
  public func token(hash: [UInt8]) throws -> StoredToken? {
    try tokens().first { $0.hash == hash }
  }

  /// Writes the file with one more token, whose id is one above the highest.
  ///
  /// - Throws: `StorageError`.
  public func add(_ token: NewToken) throws -> Int64 {
    try change { tokens in
      let id = (tokens.map(\.id).max() ?? 0) + 1
      tokens.append(StoredToken(id: id, token))
      return id
    }
  }

  /// Writes the file with the token revoked, unless it was revoked before.
  ///
  /// - Throws: `StorageError`.
  public func revokeToken(_ id: Int64, at now: Timestamp) throws -> Bool {
    try change { tokens in
      guard let index = tokens.firstIndex(where: { $0.id == id }) else { return false }
      tokens[index].revoked = tokens[index].revoked ?? now
      return true
    }
  }

  /// Does nothing, as servers don't write the file: `lastUsed` stays nil.
  public func noteUse(of tokens: [Int64: Timestamp]) throws {}

  /// One change at a time, also of several processes.
  private func change<Value>(_ body: (inout [StoredToken]) throws -> Value) throws -> Value {
    guard
      let lock = FileDescriptor(opening: url.path + ".lock", O_RDWR | O_CREAT, mode: 0o600)
    else { throw failure(.inaccessible, "lock", String(cString: strerror(errno))) }
    return try lock.withNumber { number in
      guard flock(number, LOCK_EX) == 0 else {
        throw failure(.inaccessible, "lock", String(cString: strerror(errno)))
      }
      return try changeLocked(body)
    }
  }

  private func changeLocked<Value>(_ body: (inout [StoredToken]) throws -> Value) throws -> Value {
    var tokens = try self.tokens()
    let value = try body(&tokens)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var text = Data()
    for token in tokens { text += try encoder.encode(Row(token)) + Data("\n".utf8) }
    do {
      try text.write(to: url, options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
    } catch {
      throw failure(.inaccessible, "write", error.localizedDescription)
    }
    return value
  }

  /// The file's lines; none of a file that isn't there.
  private func lines() throws -> [Data] {
    var status = stat()
    guard stat(url.path, &status) == 0 else {
      if errno == ENOENT { return [] }
      throw failure(.inaccessible, "read", String(cString: strerror(errno)))
    }
    guard status.st_size <= Self.bytesMax else {
      throw failure(.corrupt, "read", "more than \(Self.bytesMax) bytes")
    }
    do {
      return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n"))
    } catch {
      throw failure(.inaccessible, "read", error.localizedDescription)
    }
  }

  private func failure(
    _ kind: StorageError.Kind, _ operation: String, _ reason: String
  ) -> StorageError {
    StorageError(
      kind, operation, path: url.path, reason: reason, hint: "check the file of --token-file")
  }
}

/// A token as a line has it; times are milliseconds since 1970.
private struct Row: Codable {
  var id: Int64
  var tenant: String
  var name: String
  var scope: String
  var prefix: String
  /// SHA-256 in hexadecimal digits.
  var sha256: String
  var created: Int64
  var expires: Int64?
  var revoked: Int64?

  init(_ token: StoredToken) {
    id = token.id
    tenant = token.tenant
    name = token.name
    scope = token.scope.rawValue
    prefix = token.prefix
    sha256 = Hexadecimal.text(token.hash)
    created = token.created.milliseconds
    expires = token.expires?.milliseconds
    revoked = token.revoked?.milliseconds
  }

  /// Nil where a part of it is none; a time that is none does not make a token last for ever.
  var token: StoredToken? {
    guard let scope = TokenScope(rawValue: scope), let hash, !tenant.isEmpty,
      let created = Timestamp(milliseconds: created)
    else { return nil }
    var token = StoredToken(
      id: id,
      NewToken(
        tenant: tenant, name: name, scope: scope, prefix: prefix, hash: hash, created: created))
    if let expires {
      guard let time = Timestamp(milliseconds: expires) else { return nil }
      token.expires = time
    }
    if let revoked {
      guard let time = Timestamp(milliseconds: revoked) else { return nil }
      token.revoked = time
    }
    return token
  }

  private var hash: [UInt8]? {
    let digits = sha256.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64, sha256.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
