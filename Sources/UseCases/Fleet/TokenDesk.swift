import Diagnosis
public import Fleet
public import Handles
import Synchronization
import System

/// Knows who holds which token, without asking the database: every request needs it.
///
/// Tokens are few, and they change through this process alone.
public final class TokenDesk: Sendable {
  private struct State {
    var tokens: [[UInt8]: StoredToken] = [:]
    /// When tokens were used since the last flush.
    var uses: [Int64: Timestamp] = [:]
  }

  private let store: any TokenStore
  private let state = Mutex(State())

  /// - Throws: `StorageError`.
  public init(_ store: any TokenStore) throws {
    self.store = store
    try reload()
  }

  /// Takes over what the store has; to be called after each change.
  ///
  /// - Throws: `StorageError`.
  public func reload() throws {
    let tokens = try store.tokens()
    state.withLock { state in
      state.tokens = Dictionary(
        tokens.filter { $0.revoked == nil }.map { ($0.hash, $0) }, uniquingKeysWith: { $1 })
    }
  }

  /// The token of a text, if it is valid now; notes the use.
  public func token(_ text: String, at now: Timestamp) -> StoredToken? {
    guard let hash = TokenText(text)?.hash else { return nil }
    return state.withLock { state in
      guard let token = state.tokens[hash], isEqualInConstantTime(token.hash, hash),
        token.isValid(at: now)
      else { return nil }
      state.uses[token.id] = now
      return token
    }
  }

  /// Writes down when tokens were used.
  ///
  /// - Throws: `FleetError`, `StorageError`; then it is tried again with the next call.
  public func flush() throws {
    let uses = state.withLock { state in
      defer { state.uses = [:] }
      return state.uses
    }
    do {
      try store.noteUse(of: uses)
    } catch {
      state.withLock { $0.uses.merge(uses) { present, _ in present } }
      throw error
    }
  }
}
