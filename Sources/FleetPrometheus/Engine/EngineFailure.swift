import Fleet
import Foundation
import System

/// Why the engine gave no answer that can be used.
enum EngineFailure: Error, Hashable {
  /// No connection, or it broke.
  case unreachable(String)
  /// Not answered within the time limit.
  case timedOut
  /// More bytes than an answer may have.
  case tooLarge
  /// An answer with a status other than 2xx, and what the engine says of it.
  case status(Int, reason: String, retryAfter: Int?)
  /// Not what the API of Prometheus answers.
  case malformed(String)
  /// Other answers hold all the memory that answers may have together.
  case noRoom
  /// More requests wait than may.
  case tooManyWaiting
}

extension EngineFailure {
  /// Seconds that a client is asked to wait where the engine names none.
  private static let retryAfterDefault = 5
  /// Beyond this an engine is not believed.
  private static let retryAfterMax = 3_600

  /// As the fleet's store says it: what a client may try again, or may not, is a `FleetError`; what
  /// needs the operator is a `StorageError`.
  ///
  /// - Parameter setting: The option that names the address.
  func error(_ operation: String, _ url: URL, setting: String) -> any Error {
    func failure(_ kind: StorageError.Kind, _ reason: String, _ hint: String) -> StorageError {
      StorageError(kind, operation, path: url.withoutUser, reason: reason, hint: hint)
    }
    switch self {
    case .unreachable, .timedOut: return FleetError.away(retryAfter: Self.retryAfterDefault)
    case .tooManyWaiting, .noRoom: return FleetError.busy
    case .tooLarge:
      return failure(
        .badAnswer, "the answer has more bytes than it may", "check \(setting)")
    case .malformed(let reason):
      return failure(.badAnswer, reason, "check that \(setting) names a Prometheus API")
    case .status(429, _, let seconds):
      return FleetError.throttled(retryAfter: Self.bounded(seconds))
    case .status(500..., _, let seconds):
      return FleetError.away(retryAfter: Self.bounded(seconds))
    case .status(400, let reason, _), .status(413, let reason, _), .status(422, let reason, _):
      return FleetError.refused(reason)
    case .status(let status, let reason, _):
      return failure(
        .badAnswer, "it answers \(status) \(reason)", "check \(setting) and its access")
    }
  }

  private static func bounded(_ seconds: Int?) -> Int {
    min(max(1, seconds ?? retryAfterDefault), retryAfterMax)
  }
}

extension URL {
  /// For logs and errors.
  var withoutUser: String {
    guard var components = URLComponents(url: self, resolvingAgainstBaseURL: false) else {
      return path
    }
    components.user = nil
    components.password = nil
    return components.string ?? path
  }
}
