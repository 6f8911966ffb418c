import Diagnosis
public import Fleet
import GRDB
public import Handles

extension FleetDatabase: ExportableFleet {
  /// What a person and what uploads say of a host, each by itself.
  public func statements(
    of host: FleetHost
  ) throws -> (declared: HostDescription, reported: HostDescription) {
    let row = try read { database in
      try Row.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT declared_product, declared_service_pack, reported_product, reported_service_pack
            FROM host WHERE id = ?
            """), arguments: [host.id])
    }
    func description(_ product: Int, _ level: Int) -> HostDescription {
      HostDescription(
        name: host.name, product: row.flatMap { $0[product] as String? },
        servicePack: row.flatMap { $0[level] as String? })
    }
    return (description(0, 1), description(2, 3))
  }
}
