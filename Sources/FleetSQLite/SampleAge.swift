import Diagnosis
import GRDB
import Handles

/// An age of samples: what a sample's was when the newest one of its host came, plus the time since.
///
/// For a host that sends all the time that is the age by the clock. A log of years ago that is uploaded
/// today is as old as if it ended today, and a host that is silent ages as time goes by. A host whose
/// clock is ahead counts by this machine's clock.
struct SampleAge {
  /// The time before which samples of `host` are older, for statements with `arguments`.
  static let limit =
    "min(:now, host.last_sample + :now - coalesce(host.received, :now)) - :age"

  let arguments: StatementArguments
  /// No sample after this time is older, whatever its host.
  let latest: Int64

  init(days: Int, now: Timestamp) {
    let age = Int64(days) * Timestamp.millisecondsPerDay
    arguments = ["now": now.milliseconds, "age": age]
    latest = now.milliseconds - age
  }

  /// The time before which samples of a series are older; without such a series none is.
  func limit(of series: Int64, in database: Database) throws -> Int64 {
    try Int64.fetchOne(
      try database.cachedStatement(
        sql: """
          SELECT \(Self.limit) FROM host WHERE id = (SELECT host FROM series WHERE id = :series)
          """), arguments: arguments + ["series": series]) ?? .min
  }

  /// Deletes blocks, and the counts of keys of their times.
  func deleteBlocks(of series: Int64, in database: Database) throws {
    let limit = try limit(of: series, in: database)
    try database.cachedStatement(sql: "DELETE FROM block WHERE series = ? AND last < ?")
      .execute(arguments: [series, limit])
    if database.changesCount > 0 { try Self.changeHost(of: series, in: database) }
    try database.cachedStatement(sql: "DELETE FROM key_count WHERE series = ? AND time < ?")
      .execute(arguments: [series, limit])
  }

  /// Says that the diagnosis of a series' host rests on samples that are not there any more.
  static func changeHost(of series: Int64, in database: Database) throws {
    try database.cachedStatement(
      sql: """
        UPDATE host SET revision = revision + 1 WHERE id = (SELECT host FROM series WHERE id = ?)
        """
    ).execute(arguments: [series])
  }
}
