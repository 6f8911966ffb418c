import HTTPWire
import Synchronization

/// The few things that the reactors of a server share.
final class SharedState: Sendable {
  let limits: Limits
  let workers: Workers
  let budget: BodyBudget
  let meter: ServerMeter
  let refusalLog: (any RefusalLog)?
  private let connections = Atomic<Int>(0)

  /// Connections beyond the limit that a reactor tells so at one time; more are just closed.
  private static let politeRefusals = 64

  init(
    limits: Limits, workers: Workers, meter: ServerMeter, refusalLog: (any RefusalLog)? = nil
  ) {
    self.limits = limits
    self.workers = workers
    self.meter = meter
    self.refusalLog = refusalLog
    budget = BodyBudget(limits: limits)
  }

  var openConnections: Int { connections.load(ordering: .relaxed) }

  /// Counts a connection; false if there are too many.
  func enter() -> Bool {
    let count = connections.add(1, ordering: .relaxed).newValue
    if count <= limits.connections { return true }
    leave()
    return false
  }

  func leave() {
    connections.subtract(1, ordering: .relaxed)
  }

  func mayRefusePolitely(beingRefused: Int) -> Bool { beingRefused < Self.politeRefusals }
}
