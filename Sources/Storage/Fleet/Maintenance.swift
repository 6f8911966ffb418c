public import Diagnosis
import Foundation
import GRDB

/// What has to be done now and then, in steps that don't hold up uploads.
extension FleetDatabase {
  /// Rows that one step deletes, of each table.
  private static let rowsMax = 2_000
  /// Series that one step looks for.
  private static let seriesMax = 1_000
  /// Series whose old blocks share a commit.
  private static let seriesOfACommit = 50
  /// Blocks of one series that are thinned together: one block of the result, or less.
  private static let blocksMax = 64
  /// Milliseconds of which the lowest and the highest sample are left: an hour.
  static let bucket = Timestamp.millisecondsPerHour

  public func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool {
    let expired = try write { database in
      try Self.deleteKeys(
        receivedBefore: now.milliseconds - Int64(policy.keyHours) * Self.bucket, in: database)
        + Self.deleteSurplusKeys(max: limits.keys, in: database)
    }
    var isMore = expired >= Self.rowsMax
    if let days = policy.days {
      let age = SampleAge(days: days, now: now)
      let blocks = try eachSeries(with: age, "block.bucket IN (0, \(Self.bucket))") {
        try age.deleteBlocks(of: $0, in: $1)
      }
      let series = try deleteSeries(endedBefore: age)
      isMore = isMore || blocks || series
    }
    if let days = policy.fullResolutionDays {
      let age = SampleAge(days: days, now: now)
      let blocks = try eachSeries(with: age, "block.bucket = 0") {
        try Self.thin($0, before: age, in: $1)
      }
      isMore = isMore || blocks
    }
    return isMore
  }

  private static func deleteKeys(receivedBefore limit: Int64, in database: Database) throws -> Int {
    try database.execute(
      sql: """
        DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE received < ? LIMIT ?)
        """, arguments: [limit, rowsMax])
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

  /// Runs `body` on some series with a block that is older than `age`, some in each commit.
  ///
  /// - Parameter condition: On `block`, a text of this file.
  /// - Returns: Whether there was one.
  private func eachSeries(
    with age: SampleAge, _ condition: String, _ body: (Int64, Database) throws -> Void
  ) throws -> Bool {
    // Looked for by a reader: uploads needn't wait for that.
    let series = try read {
      try Int64.fetchAll(
        $0,
        sql: """
          SELECT DISTINCT block.series FROM block
            CROSS JOIN series ON series.id = block.series CROSS JOIN host ON host.id = series.host
          WHERE \(condition) AND block.last < :latest AND block.last < \(SampleAge.limit) LIMIT :max
          """, arguments: age.arguments + ["latest": age.latest, "max": Self.seriesMax])
    }
    for start in stride(from: 0, to: series.count, by: Self.seriesOfACommit) {
      let part = series[start..<min(start + Self.seriesOfACommit, series.count)]
      try write { database in
        for one in part { try body(one, database) }
      }
    }
    return !series.isEmpty
  }

  /// Series whose tail is old too, which is later than all of their blocks.
  ///
  /// - Returns: Whether there was one.
  private func deleteSeries(endedBefore age: SampleAge) throws -> Bool {
    let ended = try read {
      try Int64.fetchAll(
        $0,
        sql: """
          SELECT tail.series FROM tail
            CROSS JOIN series ON series.id = tail.series CROSS JOIN host ON host.id = series.host
          WHERE tail.last < :latest AND tail.last < \(SampleAge.limit)
            AND NOT EXISTS (SELECT 1 FROM block WHERE block.series = tail.series) LIMIT :max
          """, arguments: age.arguments + ["latest": age.latest, "max": Self.rowsMax])
    }
    if ended.isEmpty { return false }
    try write { database, writer in
      for series in ended {
        let limit = try age.limit(of: series, in: database)
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
    return true
  }

  private static func thin(
    _ series: Int64, before age: SampleAge, in database: Database
  ) throws {
    let rows = try Row.fetchAll(
      try database.cachedStatement(
        sql: """
          SELECT id, data FROM block WHERE series = ? AND bucket = 0 AND last < ?
          ORDER BY first LIMIT ?
          """),
      arguments: [series, try age.limit(of: series, in: database), blocksMax])
    var samples: [Sample] = []
    for row in rows {
      samples += try SampleCodec.decode(stored: row["data"])
      try database.cachedStatement(sql: "DELETE FROM block WHERE id = ?")
        .execute(arguments: [row["id"] as Int64])
    }
    let writer = SeriesWriter(database: database, series: series)
    var rest = extremes(of: samples, bucket: bucket)[...]
    while !rest.isEmpty {
      try writer.writeBlock(rest.prefix(SeriesWriter.blockSamples), bucket: bucket)
      rest = rest.dropFirst(SeriesWriter.blockSamples)
    }
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
