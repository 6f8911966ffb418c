import Synchronization

/// Tells a running command from another thread that it is to stop.
final class StopFlag: Sendable {
  private let flag = Atomic(false)

  func raise() { flag.store(true, ordering: .relaxed) }

  var isRaised: Bool { flag.load(ordering: .relaxed) }
}
