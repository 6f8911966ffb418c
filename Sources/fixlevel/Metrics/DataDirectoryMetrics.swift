import ArticleStore
import FleetSQLite
import Foundation
import Meters

/// How big the databases are. The files are only looked at, never opened: closing a descriptor of a
/// database would drop the locks that SQLite holds on it.
struct DataDirectoryMetrics {
  let directory: URL

  func write(to text: inout MetricsText) {
    let databases = [("fleet", FleetDatabase.fileName), ("kb", ArticleStore.fileName)]
    text.begin("fixlevel_database_size_bytes", .gauge, "Size of a database file.")
    for (name, file) in databases {
      guard let size = size(of: file) else { continue }
      text.sample("fixlevel_database_size_bytes", [("database", name)], size)
    }
    text.begin("fixlevel_database_wal_size_bytes", .gauge, "Size of a write-ahead log.")
    text.sample(
      "fixlevel_database_wal_size_bytes", [("database", "fleet")],
      size(of: "\(FleetDatabase.fileName)-wal") ?? 0)
  }

  private func size(of file: String) -> Int? {
    var status = stat()
    guard stat(directory.appending(path: file).path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }
}
