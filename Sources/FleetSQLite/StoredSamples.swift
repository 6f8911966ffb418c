import Diagnosis
public import Fleet
import Foundation
import GRDB
import Handles

extension FleetDatabase {
  public func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage {
    try read { database in
      var page = SeriesPage()
      var left = max(selection.samplesMax, 1)
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT id, process, instance, pid, started FROM series
            WHERE host = :host AND (:process IS NULL OR process = :process) AND id >= :first
            ORDER BY id
            """),
        arguments: [
          "host": host.id, "process": selection.process,
          "first": selection.cursor?.series ?? .min,
        ])
      while page.next == nil, let row = try rows.next() {
        let id: Int64 = row["id"]
        var selection = selection
        if let cursor = selection.cursor, cursor.series == id {
          selection.from = max(cursor.time, selection.from ?? cursor.time)
        }
        let (samples, next) = try Self.samples(of: id, selection, atMost: left, in: database)
        page.next = next.map { SeriesCursor(series: id, time: $0) }
        left -= samples.count
        if let first = samples.first, let last = samples.last {
          var series = Self.series(row, of: host, samples)
          series.keys = try Self.keys(of: id, in: database, from: first.time, to: last.time)
          page.series.append(series)
        }
      }
      return page
    }
  }

  private static func series(
    _ row: Row, of host: FleetHost, _ samples: [Sample]
  ) -> HandleSeries {
    let (pid, started) = (row["pid"] as Int64, row["started"] as Int64)
    return HandleSeries(
      host: host.name, process: row["process"], instance: row["instance"],
      pid: pid == StoredSeries.unknownPID ? nil : pid,
      started: started == StoredSeries.unknownStart ? nil : Timestamp(milliseconds: started),
      samples: samples)
  }

  private static func keys(
    of series: Int64, in database: Database, from first: Timestamp, to last: Timestamp
  ) throws -> [Sample] {
    try Row.fetchAll(
      try database.cachedStatement(
        sql: """
          SELECT time, keys FROM key_count WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time
          """), arguments: [series, first.milliseconds, last.milliseconds]
    ).compactMap { row in
      Timestamp(milliseconds: row[0]).map { Sample(time: $0, handles: row[1]) }
    }
  }

  /// - Returns: With the time of the first sample that had no room.
  private static func samples(
    of series: Int64, _ selection: SeriesSelection, atMost limit: Int, in database: Database
  ) throws -> (samples: [Sample], next: Timestamp?) {
    // Blocks don't overlap, so that their ends are in the order of their beginnings.
    let blocks = try Row.fetchCursor(
      try database.cachedStatement(
        sql: """
          SELECT data FROM (
            SELECT first, data FROM block WHERE series = :series AND first <= :to AND last >= :from
            UNION ALL
            SELECT first, data FROM tail WHERE series = :series AND first <= :to AND last >= :from)
          ORDER BY first
          """),
      arguments: [
        "series": series, "from": selection.from?.milliseconds ?? .min,
        "to": selection.to?.milliseconds ?? .max,
      ])
    var samples: [Sample] = []
    while let block = try blocks.next() {
      for sample in try SampleCodec.decode(stored: block["data"]) {
        if let from = selection.from, sample.time < from { continue }
        if let to = selection.to, sample.time > to { return (samples, nil) }
        if let step = selection.step, step > 0, let last = samples.indices.last,
          samples[last].time.milliseconds.flooredQuotient(by: step)
            == sample.time.milliseconds.flooredQuotient(by: step)
        {
          if sample.handles > samples[last].handles { samples[last] = sample }
          continue
        }
        if samples.count == limit { return (samples, sample.time) }
        samples.append(sample)
      }
    }
    return (samples, nil)
  }
}

extension SampleCodec {
  static func decode(stored data: Data) throws(Damage) -> [Sample] { try decode(Array(data)) }
}
