public import Handles

/// A store that can be exported to another one: all tenants' hosts, with what people declared and
/// what uploads reported kept apart.
public protocol ExportableFleet: FleetStore, TokenStore {
  /// What a person declared for a host, and what uploads report for it.
  ///
  /// - Throws: `StorageError`.
  func statements(of host: FleetHost) throws -> (
    declared: HostDescription, reported: HostDescription
  )
}
