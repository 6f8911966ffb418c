public import Diagnosis
import Foundation
import GRDB

/// What has to be done now and then, in steps that don't hold up uploads.
extension FleetDatabase {
  /// Rows that one step deletes, of each table.
  private static let rowsMax = 2_000
  /// Series whose old blocks one step thins.
  private static let seriesMax = 50
  /// Blocks of one series that are thinned together: one block of the result, or less.
  private static let blocksMax = 64
  /// Milliseconds of which the lowest and the highest sample are left: an hour.
  static let bucket = Timestamp.millisecondsPerHour

  public func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool {
    let expired = try write { database in
      try Self.delete(
        "upload", "received < ?", [now.milliseconds - Int64(policy.keyHours) * Self.bucket],
        in: database)
        + Self.deleteSurplusKeys(max: limits.keys, in: database)
    }
    var old = 0
    if let days = policy.days {
      let limit = now.milliseconds - Int64(days) * Timestamp.millisecondsPerDay
      old = try write { try Self.deleteBlocks(before: limit, in: $0) }
      old += try deleteSeries(endedBefore: limit)
    }
    var thinned = 0
    if let days = policy.fullResolutionDays {
      let limit = now.milliseconds - Int64(days) * Timestamp.millisecondsPerDay
      thinned = try write { try Self.thin(before: limit, in: $0) }
    }
    return expired >= Self.rowsMax || old >= Self.rowsMax || thinned >= Self.seriesMax
  }

  private static func delete(
    _ table: String, _ condition: String, _ arguments: StatementArguments, in database: Database
  ) throws -> Int {
    // `table` and `condition` are texts of this file.
    try database.execute(
      sql: """
        DELETE FROM \(table) WHERE rowid IN
          (SELECT rowid FROM \(table) WHERE \(condition) LIMIT \(rowsMax))
        """, arguments: arguments)
    return database.changesCount
  }

  /// Oldest first.
  private static func deleteSurplusKeys(max: Int, in database: Database) throws -> Int {
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM upload") ?? 0
    guard count > max else { return 0 }
    try database.execute(
      sql: """
        DELETE FROM upload WHERE id IN (SELECT id FROM upload ORDER BY received, id LIMIT ?)
        """, arguments: [min(count - max, rowsMax)])
    return database.changesCount
  }

  private static func deleteBlocks(before limit: Int64, in database: Database) throws -> Int {
    try [0, bucket].reduce(0) { count, bucket in
      try count + delete("block", "bucket = ? AND last < ?", [bucket, limit], in: database)
    }
  }

  /// Series whose tail is old too, which is later than all of their blocks.
  private func deleteSeries(endedBefore limit: Int64) throws -> Int {
    // All tails are looked at, which uploads needn't wait for.
    let ended = try read {
      try Int64.fetchAll(
        $0,
        sql: """
          SELECT series FROM tail WHERE last < ?
            AND NOT EXISTS (SELECT 1 FROM block WHERE block.series = tail.series) LIMIT ?
          """, arguments: [limit, Self.rowsMax])
    }
    if ended.isEmpty { return 0 }
    try write { database, writer in
      for series in ended {
        // An upload may have come in between.
        try database.cachedStatement(
          sql: """
            UPDATE host SET revision = revision + 1 WHERE id =
              (SELECT host FROM series JOIN tail ON tail.series = series.id
               WHERE series.id = ? AND tail.last < ?)
            """
        ).execute(arguments: [series, limit])
        try database.cachedStatement(
          sql: """
            DELETE FROM series WHERE id = (SELECT series FROM tail WHERE series = ? AND last < ?)
            """
        ).execute(arguments: [series, limit])
      }
      writer.forget()
    }
    return ended.count
  }

  /// - Returns: The series whose blocks were thinned.
  private static func thin(before limit: Int64, in database: Database) throws -> Int {
    let series = try Int64.fetchAll(
      database,
      sql: "SELECT DISTINCT series FROM block WHERE bucket = 0 AND last < ? LIMIT ?",
      arguments: [limit, seriesMax])
    for id in series {
      let rows = try Row.fetchAll(
        try database.cachedStatement(
          sql: """
            SELECT id, data FROM block WHERE series = ? AND bucket = 0 AND last < ?
            ORDER BY first LIMIT ?
            """), arguments: [id, limit, blocksMax])
      var samples: [Sample] = []
      for row in rows {
        samples += try SampleCodec.decode(stored: row["data"])
        try database.cachedStatement(sql: "DELETE FROM block WHERE id = ?")
          .execute(arguments: [row["id"] as Int64])
      }
      let writer = SeriesWriter(database: database, series: id)
      var rest = extremes(of: samples, bucket: bucket)[...]
      while !rest.isEmpty {
        try writer.writeBlock(rest.prefix(SeriesWriter.blockSamples), bucket: bucket)
        rest = rest.dropFirst(SeriesWriter.blockSamples)
      }
    }
    return series.count
  }

  /// The lowest and the highest sample of each bucket, at their times: the trend, the restarts and the
  /// wrap stay visible to the detector. Of several equal ones the first is kept.
  static func extremes(of samples: [Sample], bucket: Int64) -> [Sample] {
    var result: [Sample] = []
    var rest = samples[...]
    while let start = rest.first {
      let number = start.time.milliseconds.flooredQuotient(by: bucket)
      let part = rest.prefix { $0.time.milliseconds.flooredQuotient(by: bucket) == number }
      rest = rest.dropFirst(part.count)
      let low = part.min { $0.handles < $1.handles } ?? start
      let high = part.reduce(start) { $1.handles > $0.handles ? $1 : $0 }
      if low.time == high.time {
        result.append(low)
      } else {
        result += low.time < high.time ? [low, high] : [high, low]
      }
    }
    return result
  }
}

extension Int64 {
  /// The quotient rounded down, for a divisor above 0.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
