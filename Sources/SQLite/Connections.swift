import CSQLite
import Foundation
package import GRDB

/// How SQLite is set up on every connection of this program.
extension Configuration {
  /// A connection that can't write.
  ///
  /// `query_only` comes on top of the read-only open: a bug in a reader can never write.
  package static func reading(_ kind: DatabaseKind) -> Configuration {
    var configuration = common
    configuration.readonly = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA query_only = ON")
      if kind == .knowledgeBase {
        // Never written while it is open, so one lock, taken once, is enough.
        try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        // No mapping: SQLite would check the cells of a mapped page each time it looks at it, those
        // of a page in its cache once. A search over 57,000 articles uses some megabytes.
        try database.execute(sql: "PRAGMA cache_size = -8192")
      }
    }
    return configuration
  }

  /// The connection that builds the knowledge base, in a file that is thrown away if that fails:
  /// no journal. The finished file is synced before it gets its name.
  package static var buildingKnowledgeBase: Configuration { building(cacheKiB: 65_536) }

  /// The connection that builds its full-text indexes beside. FTS5 collects entries in memory of its
  /// own and writes pages one after the other.
  package static var buildingSearchIndex: Configuration { building(cacheKiB: 16_384) }

  private static func building(cacheKiB: Int) -> Configuration {
    var configuration = common
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = OFF")
      try database.execute(sql: "PRAGMA synchronous = OFF")
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try database.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
      // Debian's SQLite overwrites what is deleted, unless told otherwise.
      try database.execute(sql: "PRAGMA secure_delete = OFF")
    }
    return configuration
  }

  /// The one connection that writes the fleet database and makes its checkpoints.
  ///
  /// SQLite 3.7.0 to 3.51.2 can damage a database in WAL mode when two connections write or
  /// checkpoint at the same moment (sqlite.org/wal.html, "The WAL-Reset Bug"). Hence no automatic
  /// checkpoints on any connection; the writer makes them itself. `synchronous = FULL`: a commit
  /// is on disk when it returns, which an acknowledged upload promises.
  package static var writingFleet: Configuration {
    var configuration = common
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
      try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
      try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
      try database.execute(sql: "PRAGMA mmap_size = 0")
    }
    return configuration
  }

  /// Switches off, before the first connection opens, that SQLite counts its memory: all threads take
  /// one lock for each allocation otherwise. Nothing asks for the counts.
  private static let memoryStatistics = csqlite_switch_memory_statistics_off()

  /// `trusted_schema` off and `cell_size_check` on follow sqlite.org/security.html.
  private static var common: Configuration {
    _ = memoryStatistics
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
      try database.execute(sql: "PRAGMA cell_size_check = ON")
      try database.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    return configuration
  }
}
