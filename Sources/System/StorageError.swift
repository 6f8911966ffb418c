/// Why a database could not be opened, read or written: what was tried, on what, why it failed,
/// and what to do.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, as far as a caller may want to tell cases apart.
  public enum Kind: Hashable, Sendable {
    /// The file, or a file that is needed, is missing or can't be read or written.
    case inaccessible
    /// Not a database of this program.
    case foreign
    /// Damaged or cut off.
    case corrupt
    /// Written by a newer version of this program.
    case newer
    /// Another process works on the data directory.
    case locked
    /// A query took longer than its limit.
    case timedOut
    /// What keeps the data gave an answer that can't be used.
    case badAnswer
    /// A statement or a migration failed.
    case failed
  }

  public var kind: Kind
  public var operation: String
  public var path: String
  public var reason: String
  public var hint: String

  public init(_ kind: Kind, _ operation: String, path: String, reason: String, hint: String) {
    self.kind = kind
    self.operation = operation
    self.path = path
    self.reason = reason
    self.hint = hint
  }

  public var description: String { "cannot \(operation) \(path): \(reason); \(hint)" }
}
