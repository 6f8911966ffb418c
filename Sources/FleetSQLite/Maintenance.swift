import Diagnosis
public import Fleet
import Foundation
import GRDB
public import Handles
import Synchronization

/// Where a round over old rows stands between two steps. Each row is looked at once in a round: one that
/// is old by this machine's clock may not be by its host's, and stays where it is.
struct MaintenanceRound: Sendable {
  enum Part: Int, Sendable {
    /// Blocks that are too old to be kept, as they came and thinned.
    case expired, expiredThinned
    /// Series of which nothing but an old tail is left.
    case ended
    /// Blocks that are too old for their full resolution.
    case ripe
  }

  /// Nil behind the last one.
  private(set) var part: Part? = .expired
  /// The last row that was looked at: its time, where the part goes by time, and its id.
  var place = Self.start

  private static let start = (last: Int64.min, id: Int64.min)

  var isAtStart: Bool { part == .expired && place == Self.start }

  mutating func next() {
    part = part.flatMap { Part(rawValue: $0.rawValue + 1) }
    place = Self.start
  }
}

/// What has to be done now and then, in steps that don't hold up uploads.
extension FleetDatabase {
  /// Rows that one step looks at and deletes, of each table.
  static let rowsMax = 2_000
  /// Series whose old blocks share a commit.
  private static let seriesOfACommit = 50
  /// Blocks of one series that are thinned together: one block of the result, or less.
  private static let blocksMax = 64
  /// Milliseconds of which the lowest and the highest sample are left: an hour.
  static let bucket = Timestamp.millisecondsPerHour

  /// One step looks at no more than 2,000 rows of each table, so that uploads don't wait.
  ///
  /// - Returns: Whether there is more to do.
  /// - Throws: `FleetError`, `StorageError`.
  public func maintain(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool {
    try maintain(policy, at: now, rowsMax: Self.rowsMax)
  }

  func maintain(_ policy: RetentionPolicy, at now: Timestamp, rowsMax: Int) throws -> Bool {
    // Before a round alone: to count a million keys takes a while.
    if round.withLock({ $0.isAtStart }), try deleteKeys(policy, at: now) { return true }
    return try goOn(policy, at: now, rowsMax: rowsMax)
  }

  /// Keys that expired, and the oldest of those beyond the limit.
  ///
  /// - Returns: Whether there may be more.
  private func deleteKeys(_ policy: RetentionPolicy, at now: Timestamp) throws -> Bool {
    // Counted by a reader: uploads needn't wait for that.
    let count = try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM upload") ?? 0 }
    if count == 0 { return false }
    let expiry = now.milliseconds - Int64(policy.keyHours) * Self.bucket
    let deleted = try write { database in
      try database.execute(
        sql: """
          DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE received < ? LIMIT ?)
          """, arguments: [expiry, Self.rowsMax])
      let expired = database.changesCount
      let surplus = min(count - expired - limits.keys, Self.rowsMax)
      guard surplus > 0 else { return expired }
      try database.execute(
        sql: """
          DELETE FROM upload WHERE id IN (SELECT id FROM upload ORDER BY received, id LIMIT ?)
          """, arguments: [surplus])
      return expired + database.changesCount
    }
    return deleted >= Self.rowsMax
  }

  /// Goes on with the round until as many rows of one part as a step may were looked at.
  ///
  /// - Returns: Whether the round isn't over.
  private func goOn(_ policy: RetentionPolicy, at now: Timestamp, rowsMax: Int) throws -> Bool {
    while let (part, place) = round.withLock({ round in round.part.map { ($0, round.place) } }) {
      let days = part == .ripe ? policy.fullResolutionDays : policy.days
      var isLast = true
      if let days {
        let age = SampleAge(days: days, now: now)
        let rows = try rows(of: part, after: place, age, limit: rowsMax)
        isLast = rows.count < rowsMax
        // Before anything is done with them: what fails then is skipped until the next round.
        if let last = rows.last { round.withLock { $0.place = last.place } }
        try work(part, on: rows, age)
      }
      if !isLast { return true }
      round.withLock { $0.next() }
    }
    round.withLock { $0 = MaintenanceRound() }
    return false
  }

  private struct OldRow {
    var place: (last: Int64, id: Int64)
    var series: Int64
    /// Old by its host's clock too.
    var isOld: Bool
  }

  /// Looked for by a reader: uploads needn't wait for that.
  private func rows(
    of part: MaintenanceRound.Part, after place: (last: Int64, id: Int64), _ age: SampleAge,
    limit: Int
  ) throws -> [OldRow] {
    let isThinned = part == .expiredThinned
    return try read { database in
      func rows(_ sql: String, _ more: StatementArguments) throws -> [OldRow] {
        try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: more).map {
          OldRow(place: ($0[0], $0[1]), series: $0[2], isOld: $0[3])
        }
      }
      if part == .ended {
        // An end needs no index of its own, which each upload would have to keep.
        return try rows(
          """
          SELECT 0, series.id, series.id, coalesce(tail.last < \(SampleAge.limit), 0)
            AND NOT EXISTS (SELECT 1 FROM block WHERE block.series = tail.series)
          FROM tail CROSS JOIN series ON series.id = tail.series
            CROSS JOIN host ON host.id = series.host
          WHERE tail.series > :id ORDER BY tail.series LIMIT :max
          """, age.arguments + ["id": place.id, "max": limit])
      }
      let select = """
        SELECT block.last, block.id, block.series, coalesce(block.last < \(SampleAge.limit), 0)
        FROM block CROSS JOIN series ON series.id = block.series
          CROSS JOIN host ON host.id = series.host
        WHERE block.bucket = \(isThinned ? Self.bucket : 0)
        """
      // SQLite would look up (last, id) > (…) by the time alone, which blocks of many hosts share.
      let ties = try rows(
        "\(select) AND block.last = :last AND block.id > :id ORDER BY block.id LIMIT :max",
        age.arguments + ["last": place.last, "id": place.id, "max": limit])
      return try ties
        + rows(
          """
          \(select) AND block.last > :last AND block.last < :latest
          ORDER BY block.last, block.id LIMIT :max
          """,
          age.arguments + ["last": place.last, "latest": age.latest, "max": limit - ties.count])
    }
  }

  private func work(
    _ part: MaintenanceRound.Part, on rows: [OldRow], _ age: SampleAge
  ) throws {
    var known: Set<Int64> = []
    let series = rows.filter(\.isOld).map(\.series).filter { known.insert($0).inserted }
    switch part {
    case .expired, .expiredThinned:
      try inCommits(series) {
        try age.deleteBlocks(of: $0, in: $1)
        return false
      }
    case .ended: try delete(series, endedBefore: age)
    case .ripe: try inCommits(series) { try Self.thin($0, before: age, in: $1) }
    }
  }

  /// Runs `body` on series, some in each commit, again for those of which it says that there is more.
  private func inCommits(
    _ series: [Int64], _ body: (Int64, Database) throws -> Bool
  ) throws {
    for start in stride(from: 0, to: series.count, by: Self.seriesOfACommit) {
      var rest = Array(series[start..<min(start + Self.seriesOfACommit, series.count)])
      while !rest.isEmpty {
        rest = try write { database in try rest.filter { try body($0, database) } }
      }
    }
  }

  private func delete(_ ended: [Int64], endedBefore age: SampleAge) throws {
    if ended.isEmpty { return }
    try write { database, transaction in
      for series in ended {
        let limit = try age.limit(of: series, in: database)
        // An upload may have come in between.
        try transaction.deleteSeries(series, endedBefore: limit, in: database)
      }
    }
  }

  /// - Returns: Whether there may be more.
  private static func thin(
    _ series: Int64, before age: SampleAge, in database: Database
  ) throws -> Bool {
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
    if rest.count < samples.count { try SampleAge.changeHost(of: series, in: database) }
    while !rest.isEmpty {
      try writer.writeBlock(rest.prefix(SeriesWriter.blockSamples), bucket: bucket)
      rest = rest.dropFirst(SeriesWriter.blockSamples)
    }
    return rows.count == blocksMax
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
