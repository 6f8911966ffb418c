import Fleet
import Service
import UseCases

/// Where a running server keeps its fleet, with what lives beside it.
protocol FleetBackend: Sendable {
  var store: any FleetStore { get }
  var desk: TokenDesk { get }

  /// Begins what tells the keeper of changes that don't come through this server.
  func start(_ keeper: FleetKeeper)
  /// Ends what takes orders, and what is waited for elsewhere: a store in this process still works.
  func stop()
  /// Ends the rest. Nobody may use the store any more.
  func close() throws
}
