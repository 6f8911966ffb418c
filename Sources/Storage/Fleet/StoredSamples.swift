public import Diagnosis
import Foundation
import GRDB

extension FleetDatabase {
  public func series(of host: FleetHost, _ selection: SeriesSelection) throws -> [HandleSeries] {
    try read { database in
      var left = selection.samplesMax
      var found: [HandleSeries] = []
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT id, process, instance, pid, started FROM series
            WHERE host = :host AND (:process IS NULL OR process = :process) ORDER BY id
            """), arguments: ["host": host.id, "process": selection.process])
      while left > 0, let row = try rows.next() {
        let samples = try Self.samples(of: row["id"], selection, atMost: left, in: database)
        if samples.isEmpty { continue }
        left -= samples.count
        let (pid, started) = (row["pid"] as Int64, row["started"] as Int64)
        found.append(
          HandleSeries(
            host: host.name, process: row["process"], instance: row["instance"],
            pid: pid == StoredSeries.unknownPID ? nil : pid,
            started: started == StoredSeries.unknownStart
              ? nil : Timestamp(milliseconds: started), samples: samples))
      }
      return found
    }
  }

  private static func samples(
    of series: Int64, _ selection: SeriesSelection, atMost limit: Int, in database: Database
  ) throws -> [Sample] {
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
        if let to = selection.to, sample.time > to { return samples }
        if let step = selection.step, step > 0, let last = samples.indices.last,
          samples[last].time.milliseconds.flooredQuotient(by: step)
            == sample.time.milliseconds.flooredQuotient(by: step)
        {
          if sample.handles > samples[last].handles { samples[last] = sample }
          continue
        }
        if samples.count == limit { return samples }
        samples.append(sample)
      }
    }
    return samples
  }
}

extension SampleCodec {
  static func decode(stored data: Data) throws(Damage) -> [Sample] { try decode(Array(data)) }
}
