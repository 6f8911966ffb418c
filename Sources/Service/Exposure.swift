import Synchronization
public import Web

/// To whom the service shows what.
public struct Exposure: Sendable {
  /// Who may read `/metrics`.
  public enum Metrics: String, Sendable, CaseIterable {
    /// Everybody; a token with the scope `admin`; nobody.
    case open, token, off
  }

  /// The names under which it answers; nil for any.
  public var hosts: HostPolicy?
  /// The other origins whose scripts may use the API; nil for none.
  public var sharing: SharingPolicy?
  public var metrics = Metrics.open
  /// What is called with each request and its answer; nil for nothing.
  public var accessLog: (@Sendable (AccessRecord) -> Void)?

  /// Any name, no other origin, open metrics, no access log.
  public init() {}
}

/// Whether the service is about to stop.
final class DrainState: Sendable {
  private let flag = Atomic(false)

  var isDraining: Bool { flag.load(ordering: .relaxed) }

  func begin() { flag.store(true, ordering: .relaxed) }
}
