public import KnowledgeBase

/// Why there is no diagnosis or simulation.
public enum DiagnosisError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The host's product never had the level.
  case unknownLevel(UnknownLevelError)
  /// The caller's `isCancelled` said so.
  case cancelled

  /// For a person.
  public var description: String {
    switch self {
    case .unknownLevel(let error): error.description
    case .cancelled: "the work was cancelled before it was done"
    }
  }
}
