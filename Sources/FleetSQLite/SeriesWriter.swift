import Diagnosis
import Foundation
import GRDB
import Handles

/// Adds samples to one series: to its tail, or to the blocks they belong into.
///
/// Each block that is touched is decoded, merged and written anew, once. Where a time is there
/// already the higher count stays, so that the order in which uploads arrive doesn't matter.
struct SeriesWriter {
  /// Samples of a full block: some hundred bytes, several of which share a page.
  static let blockSamples = 512

  let database: Database
  let series: Int64

  /// What became of samples.
  struct Added {
    /// Samples at times at which there was none.
    var new = 0
    /// Whether the series is another than before.
    var isChange = false

    static func += (left: inout Added, right: Added) {
      left.new += right.new
      left.isChange = left.isChange || right.isChange
    }
  }

  /// - Parameter samples: As `merged` gives them; at least one.
  func add(_ samples: [Sample]) throws -> Added {
    guard var tail = try tail(), let tailStart = tail.first?.time else {
      try writeTail(samples)
      return Added(new: samples.count, isChange: true)
    }
    var late = samples.prefix { $0.time < tailStart }
    var added = Added()
    while let sample = late.first, let target = try block(for: sample.time) {
      let next = try next(after: target.first)
      let end = next?.start ?? tailStart
      let part = late.prefix { $0.time < end }
      late = late.dropFirst(part.count)
      // What lies between a block that is thinned and one that isn't may be too new to be thinned.
      let ripe = next?.isThinned ?? false ? part : part.prefix { $0.time.milliseconds < target.end }
      added += try add(ripe, to: target)
      let rest = part.dropFirst(ripe.count)
      if rest.isEmpty { continue }
      try writeBlocks(rest, bucket: 0)
      added += Added(new: rest.count, isChange: true)
    }
    let rest = late + samples.drop { $0.time < tailStart }
    guard !rest.isEmpty else { return added }
    let before = tail
    tail = Self.merged(tail, rest)
    if tail == before { return added }
    try writeTail(tail)
    added += Added(new: tail.count - before.count, isChange: true)
    return added
  }

  /// Adds how many of the handles were of keys; of several at one time the highest stays.
  ///
  /// - Returns: Whether one is another than before.
  func addKeys(_ keys: [Sample]) throws -> Bool {
    var isChange = false
    for sample in keys {
      try database.cachedStatement(
        sql: """
          INSERT INTO key_count (series, time, keys) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET keys = excluded.keys WHERE excluded.keys > keys
          """
      ).execute(arguments: [series, sample.time.milliseconds, sample.handles])
      isChange = isChange || database.changesCount > 0
    }
    return isChange
  }

  /// In order of time, the highest of those at one time.
  static func merged(
    _ left: some RandomAccessCollection<Sample>, _ right: some RandomAccessCollection<Sample>
  ) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(left.count + right.count)
    var (left, right) = (left[...], right[...])
    while let one = left.first, let other = right.first {
      if one.time < other.time {
        result.append(one)
        left.removeFirst()
      } else if other.time < one.time {
        result.append(other)
        right.removeFirst()
      } else {
        result.append(one.handles >= other.handles ? one : other)
        left.removeFirst()
        right.removeFirst()
      }
    }
    result.append(contentsOf: left)
    result.append(contentsOf: right)
    return result
  }

  private struct Block {
    var id: Int64
    var first: Int64
    var bucket: Int64
    var samples: [Sample]

    /// Milliseconds at which the last bucket of a thinned block ends; others have no end.
    var end: Int64 {
      guard bucket > 0, let last = samples.last?.time.milliseconds else { return .max }
      return (last.flooredQuotient(by: bucket) &+ 1) &* bucket
    }
  }

  private func add(_ part: ArraySlice<Sample>, to block: Block) throws -> Added {
    var merged = Self.merged(block.samples, part)
    // A block that is thinned stays so, whatever comes late.
    if block.bucket > 0 { merged = FleetDatabase.extremes(of: merged, bucket: block.bucket) }
    if merged == block.samples { return Added() }
    try database.cachedStatement(sql: "DELETE FROM block WHERE id = ?").execute(arguments: [
      block.id
    ])
    try writeBlocks(merged[...], bucket: block.bucket)
    let known = Set(block.samples.map(\.time))
    return Added(new: merged.count { !known.contains($0.time) }, isChange: true)
  }

  /// Of even length, so that the next late sample finds room in each.
  private func writeBlocks(_ samples: ArraySlice<Sample>, bucket: Int64) throws {
    let pieces = (samples.count + Self.blockSamples - 1) / Self.blockSamples
    for piece in 0..<pieces {
      let start = samples.startIndex + samples.count * piece / pieces
      let end = samples.startIndex + samples.count * (piece + 1) / pieces
      try writeBlock(samples[start..<end], bucket: bucket)
    }
  }

  /// The block whose span a time belongs into: the last that begins before it, else the first.
  private func block(for time: Timestamp) throws -> Block? {
    let row =
      try Row.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT id, first, bucket, data FROM block WHERE series = ? AND first <= ?
            ORDER BY first DESC LIMIT 1
            """), arguments: [series, time.milliseconds])
      ?? Row.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT id, first, bucket, data FROM block WHERE series = ? ORDER BY first LIMIT 1
            """), arguments: [series])
    return try row.map {
      Block(
        id: $0["id"], first: $0["first"], bucket: $0["bucket"],
        samples: try SampleCodec.decode(stored: $0["data"]))
    }
  }

  private func next(after first: Int64) throws -> (start: Timestamp, isThinned: Bool)? {
    try Row.fetchOne(
      try database.cachedStatement(
        sql: """
          SELECT first, bucket > 0 FROM block WHERE series = ? AND first > ? ORDER BY first LIMIT 1
          """), arguments: [series, first]
    ).flatMap { row in
      Timestamp(milliseconds: row[0]).map { ($0, row[1]) }
    }
  }

  private func tail() throws -> [Sample]? {
    try Row.fetchOne(
      try database.cachedStatement(sql: "SELECT data FROM tail WHERE series = ?"),
      arguments: [series]
    ).map { try SampleCodec.decode(stored: $0["data"]) }
  }

  /// Keeps the newest samples as the tail; what is more than a block in front of them becomes blocks.
  private func writeTail(_ samples: [Sample]) throws {
    var rest = samples[...]
    while rest.count > Self.blockSamples {
      try writeBlock(rest.prefix(Self.blockSamples), bucket: 0)
      rest = rest.dropFirst(Self.blockSamples)
    }
    guard let first = rest.first, let last = rest.last else { return }
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO tail (series, first, last, data) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [
      series, first.time.milliseconds, last.time.milliseconds, Data(SampleCodec.encode(rest)),
    ])
  }

  func writeBlock(_ samples: ArraySlice<Sample>, bucket: Int64) throws {
    guard let first = samples.first, let last = samples.last else { return }
    try database.cachedStatement(
      sql: "INSERT INTO block (series, first, last, bucket, data) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      series, first.time.milliseconds, last.time.milliseconds, bucket,
      Data(SampleCodec.encode(samples)),
    ])
  }
}
