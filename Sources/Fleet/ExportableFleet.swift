public import Handles

/// A fleet that can be moved elsewhere whole: its hosts with all tenants, and what was said of each host
/// by whom.
public protocol ExportableFleet: FleetStore, TokenStore {
  /// What a person declared of a host, and what uploads report of it.
  ///
  /// - Throws: `StorageError`.
  func statements(of host: FleetHost) throws -> (
    declared: HostDescription, reported: HostDescription
  )
}
