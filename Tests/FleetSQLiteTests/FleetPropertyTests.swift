import Bytes
import Diagnosis
import Fleet
import Foundation
import Handles
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

/// Random uploads, several at once, against the plainest store there is: a dictionary.
@Suite("Whatever comes in whatever order")
struct FleetPropertyTests {
  private struct Key: Hashable {
    var process: String
    var pid: Int64?
  }

  /// The highest count at each time of each series of each host.
  private typealias Model = [String: [Key: [Int64: Int64]]]

  private static func add(_ upload: FleetUpload, to model: inout Model) -> Int {
    var new = 0
    for series in upload.series {
      let key = Key(process: series.process, pid: series.pid)
      for sample in series.samples {
        let (host, time) = (series.host ?? "", sample.time.milliseconds)
        let known = model[host]?[key]?[time]
        if known == nil { new += 1 }
        model[host, default: [:]][key, default: [:]][time] = max(known ?? 0, sample.handles)
      }
    }
    return new
  }

  /// Times fall into a narrow range, so that most uploads are late, overlap or repeat something.
  private static func upload(_ random: inout SeededRandom, number: UInt8) throws -> FleetUpload {
    var upload = FleetUpload(
      tenant: "t", series: [], received: TestFleet.now, fingerprint: [number])
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let start = Int64.random(in: -500...2_500, using: &random)
      let count = Int.random(in: 1...(Bool.random(using: &random) ? 800 : 5), using: &random)
      var samples = try (0..<Int64(count)).map { number in
        Sample(
          time: try #require(Timestamp(milliseconds: (start + number) * 60_000)),
          handles: Int64.random(in: 0...3, using: &random))
      }
      if Bool.random(using: &random) { samples.shuffle(using: &random) }
      upload.series.append(
        HandleSeries(
          host: ["A", "B"].randomElement(using: &random), process: "P",
          pid: Bool.random(using: &random) ? nil : 1, samples: samples))
    }
    if Bool.random(using: &random) { upload.key = "key-\(number)" }
    return upload
  }

  private func stored(_ fleet: TestFleet, _ host: String) throws -> [Key: [Int64: Int64]] {
    guard let host = try fleet.database.host(host, of: "t") else { return [:] }
    var found: [Key: [Int64: Int64]] = [:]
    for series in try fleet.database.series(of: host, SeriesSelection()) {
      #expect(zip(series.samples, series.samples.dropFirst()).allSatisfy { $0.time < $1.time })
      found[Key(process: series.process, pid: series.pid)] = Dictionary(
        uniqueKeysWithValues: series.samples.map { ($0.time.milliseconds, $0.handles) })
    }
    return found
  }

  @Test("the store has what a dictionary has, and hosts change when their samples do")
  func model() throws {
    var random = SeededRandom()
    let seed: Comment = "FIXLEVEL_TEST_SEED=\(random.seed)"
    let fleet = try TestFleet()
    var model: Model = [:]
    for round in 0..<30 {
      let before = model
      let revisions = try ["A", "B"].map { try fleet.database.host($0, of: "t")?.revision ?? 0 }
      var batch = try (0..<Int.random(in: 1...4, using: &random)).map {
        try Self.upload(&random, number: UInt8(round * 4 + $0))
      }
      // A client that got no answer sends the same again, at once or later.
      batch += batch.shuffled(using: &random).prefix(2)
      let results = fleet.storeAtOnce(batch)
      var known: Set<String> = []
      var new = 0
      for (upload, result) in zip(batch, results) {
        let isRepeated = upload.key.map { !known.insert($0).inserted } ?? false
        #expect(try result.get().isRepeated == isRepeated, seed)
        if !isRepeated { new += Self.add(upload, to: &model) }
      }
      #expect(try results.reduce(0) { try $0 + $1.get().newSamples } == new, seed)
      for (host, revision) in zip(["A", "B"], revisions) {
        let now = try fleet.database.host(host, of: "t")?.revision ?? 0
        #expect((now > revision) == (model[host] != before[host]), seed)
      }
      if Int.random(in: 0..<8, using: &random) == 0 { try fleet.reopen() }
    }
    for host in ["A", "B"] {
      #expect(try stored(fleet, host) == model[host] ?? [:], seed)
    }
    _ = try fleet.checkBlocks()
  }

  @Test("pages of any size, put together, are the whole; with steps, too")
  func pages() throws {
    var random = SeededRandom()
    let seed: Comment = "FIXLEVEL_TEST_SEED=\(random.seed)"
    let fleet = try TestFleet()
    for number in 0..<12 {
      _ = try fleet.database.store(try Self.upload(&random, number: UInt8(number)))
    }
    for name in ["A", "B"] {
      guard let host = try fleet.database.host(name, of: "t") else { continue }
      for step in [nil, 3_600_000, 7_000] as [Int64?] {
        var selection = SeriesSelection(
          from: Timestamp(milliseconds: -60_000_000), to: Timestamp(milliseconds: 120_000_000),
          step: step)
        let whole = try fleet.database.series(of: host, selection)
        selection.samplesMax = Int.random(in: 1...700, using: &random)
        var parts: [HandleSeries] = []
        var pages = 0
        repeat {
          let page = try fleet.database.seriesPage(of: host, selection)
          #expect(page.series.reduce(0) { $0 + $1.samples.count } <= selection.samplesMax, seed)
          for series in page.series {
            if let last = parts.indices.last, parts[last].pid == series.pid {
              parts[last].samples += series.samples
            } else {
              parts.append(series)
            }
          }
          selection.cursor = page.next.flatMap { SeriesCursor($0.description) }
          pages += 1
          try #require(pages < 10_000, seed)
        } while selection.cursor != nil
        #expect(parts == whole, seed)
        let samples = whole.reduce(0) { $0 + $1.samples.count }
        #expect(pages == max(1, (samples + selection.samplesMax - 1) / selection.samplesMax), seed)
      }
    }
  }

  @Test("cursors that no page handed out", arguments: ["", "-", "1", "x-1", "1-", "1-2-3", "-1-2"])
  func foreignCursors(text: String) {
    #expect(SeriesCursor(text) == nil)
  }
}
