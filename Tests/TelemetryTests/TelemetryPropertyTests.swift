import Handles
import Telemetry
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// `FIXLEVEL_TEST_SEED` repeats a run.
private let seed: UInt64 =
  getenv("FIXLEVEL_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
  ?? UInt64.random(in: 0...UInt64.max)

/// `FIXLEVEL_TEST_RUNS` makes a run longer.
private let runs = getenv("FIXLEVEL_TEST_RUNS").flatMap { Int(String(cString: $0)) } ?? 200

@Suite("Random uploads")
struct TelemetryPropertyTests {
  /// No bytes trap, and where they are cut makes no difference.
  @Test("changed bodies never trap, and where they are cut makes no difference", arguments: 0..<4)
  func survivesMutations(worker: UInt64) {
    print("FIXLEVEL_TEST_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed &+ worker)
    let bodies =
      PieceTests.bodies + PieceTests.longBodies + ProtobufSamples.all.map(\.bytes)
    for run in 1...runs {
      var body = bodies.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        mutate(&body, others: bodies, &generator)
      }
      let cuts = (0..<3).map { _ in Int.random(in: 0...body.count, using: &generator) }.sorted()
      let types = TelemetryFormat.allCases.map { Optional($0.contentType) } + [nil, nil, nil]
      let type = types.randomElement(using: &generator) ?? nil
      // Also by a decoder that the first bytes would not have chosen.
      let formats = TelemetryFormat.allCases
      let format = Bool.random(using: &generator) ? formats.randomElement(using: &generator) : nil
      let whole =
        format.map { read(body, cutAt: [], $0) } ?? decode(body, type)
      let pieces =
        format.map { read(body, cutAt: cuts, $0) }
        ?? decode(body, cutAt: cuts, type)
      #expect(whole == pieces, "seed \(seed), worker \(worker), run \(run)")
      check(whole)
      if whole != pieces { return }
    }
  }

  private func read(
    _ bytes: [UInt8], cutAt cuts: [Int], _ format: TelemetryFormat
  ) -> Result<TelemetryUpload, TelemetryError> {
    var options = UploadOptions()
    options.process = "P"
    do throws(TelemetryError) {
      var decoder = TelemetryDecoder(format: format, receivedAt: receipt, options: options)
      var start = 0
      for cut in cuts + [bytes.count] {
        try decoder.feed(Array(bytes[start..<cut]).span)
        start = cut
      }
      return .success(try decoder.finish())
    } catch {
      return .failure(error)
    }
  }

  private func check(_ result: Result<TelemetryUpload, TelemetryError>) {
    switch result {
    case .success(let upload):
      #expect(upload.sampleCount > 0)
      #expect(upload.series.allSatisfy { !$0.samples.isEmpty && !$0.process.isEmpty })
      #expect(upload.series.allSatisfy { $0.process.utf8.count <= 256 })
      #expect(upload.series.allSatisfy { $0.samples.allSatisfy { $0.handles >= 0 } })
      #expect(upload.rejected.allSatisfy { $0.line > 0 && ($0.column ?? 1) > 0 })
    case .failure(let error):
      #expect(!error.detail.isEmpty)
      #expect((error.line ?? 1) > 0 && (error.column ?? 1) > 0)
    }
  }

  private func mutate(
    _ body: inout [UInt8], others: [[UInt8]], _ generator: inout SeededGenerator
  ) {
    let special = Array("\"\"\"\\,;=\t\n\r\0{}[]:-+.eE#()0919 \u{FEFF}ü".utf8) + [0xFF, 0x80]
    let at = Int.random(in: 0...body.count, using: &generator)
    let length = Int.random(in: 0...min(20, body.count - at), using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: body.removeSubrange(at..<(at + length))
    case 1: body.insert(special.randomElement(using: &generator) ?? 0, at: at)
    case 2:
      if at < body.count { body[at] = special.randomElement(using: &generator) ?? 0 }
    case 3: body.insert(contentsOf: body[at..<(at + length)], at: at)
    case 4: body = Array(body.prefix(at)) + (others.randomElement(using: &generator) ?? [])
    default:
      if at < body.count { body[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
    }
  }

  /// What is written in either format is read back.
  @Test("written series come back", arguments: 0..<50)
  func writtenSeriesComeBack(run: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 1_000 &+ run)
    let written = Self.randomSeries(&generator)
    let json = decode(Self.json(written)).upload
    #expect(json?.series == written, "seed \(seed), run \(run)")
    for separator in [",", ";", "\t"] {
      let csv = decode(Self.csv(written, separator)).upload
      #expect(csv?.series == written, "seed \(seed), run \(run)")
      #expect(csv?.rejectedCount == 0)
    }
  }

  private static func randomSeries(_ generator: inout SeededGenerator) -> [HandleSeries] {
    let names = ["EXTRA", "a \"b\"", "x,y;z", "Größe", "🦊", "C#", "\\", "'; DROP TABLE", "%s%n"]
    var all: [HandleSeries] = []
    for index in 0..<Int.random(in: 1...6, using: &generator) {
      // `pid` makes the identities differ.
      var series = HandleSeries(
        host: Bool.random(using: &generator) ? nil : names.randomElement(using: &generator),
        process: names.randomElement(using: &generator) ?? "", pid: Int64(index),
        started: Timestamp(milliseconds: Int64.random(in: 0...1 << 41, using: &generator)))
      for _ in 0..<Int.random(in: 1...20, using: &generator) {
        let range = -62_135_596_800_000...253_402_300_799_999 as ClosedRange<Int64>
        guard let time = Timestamp(milliseconds: .random(in: range, using: &generator)) else {
          continue
        }
        series.samples.append(
          Sample(time: time, handles: .random(in: 0...1 << 53, using: &generator)))
      }
      all.append(series)
    }
    return all
  }

  private static func csv(_ all: [HandleSeries], _ separator: String) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
    }
    var rows = [["pid", "handles", "host", "timestamp", "started", "process"]]
    for one in all {
      for sample in one.samples {
        rows.append([
          "\(one.pid ?? 0)", "\(sample.handles)", one.host.map(quoted) ?? "",
          "\(sample.time)", one.started.map { "\($0)" } ?? "", quoted(one.process),
        ])
      }
    }
    return rows.map { $0.joined(separator: separator) + "\n" }.joined()
  }

  private static func json(_ all: [HandleSeries]) -> String {
    func quoted(_ text: String) -> String {
      let escaped = text.unicodeScalars.map { scalar in
        scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : "\(scalar)"
      }
      return "\"\(escaped.joined())\""
    }
    let series = all.map { one in
      let samples = one.samples.map { "[\"\($0.time)\",\($0.handles)]" }
      return """
        {"samples":[\(samples.joined(separator: ","))],"pid":\(one.pid ?? 0),\
        "host":\(one.host.map(quoted) ?? "null"),"process":\(quoted(one.process)),\
        "started":\(one.started.map { "\"\($0)\"" } ?? "null")}
        """
    }
    return "{\"series\":[\(series.joined(separator: ",\n"))]}"
  }
}
