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

/// Parts read by forks and joined give what reading in one go gives.
@Suite("Reading a body in parts at once")
struct ForkTests {
  /// The upload read in parts that begin after the first line feed from each cut on; also how many
  /// parts were joined.
  private static func decodeInParts(
    _ bytes: [UInt8], cuts: [Int], limits: TelemetryLimits = TelemetryLimits()
  ) -> (result: Result<TelemetryUpload, TelemetryError>, joined: Int) {
    var joined = 0
    do throws(TelemetryError) {
      var decoder = try TelemetryDecoder(limits: limits)
      let starts = cuts.compactMap { cut in
        bytes[cut...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
      }
      try decoder.feed(Array(bytes[..<(starts.first ?? bytes.count)]).span)
      for (start, end) in zip(starts, starts.dropFirst() + [bytes.count]) {
        let part = Array(bytes[start..<end])
        // A fork may be of any age: here it is of the state right before.
        if var fork = decoder.fork() {
          try? fork.feed(part.span)
          if decoder.join(fork) {
            joined += 1
            continue
          }
        }
        try decoder.feed(part.span)
      }
      return (.success(try decoder.finish()), joined)
    } catch {
      return (.failure(error), joined)
    }
  }

  private static let oddRows = [
    "", "  ", "\"", "x,y", "1999-03-01T08:00:00Z,H,P", "1999-02-30T08:00:00Z,H,P,1",
    "1999-03-01T08:00:00Z,H,P,-1", "1999-03-01T08:00:00Z,H,\"P\nQ\",5",
    "1999-03-01T08:00:00Z,H,\"P\",5", "\"1999-03-01T08:00:00Z\",H,P,5", "1999-03-01T08:00:00Z,,P,7",
    "timestamp,host,process,handles", "1999-03-01T08:00:00Z,H,P,1234567890123456",
    "1999-03-01T08:00:00Z, H ,P , 5 ", "920275200,H,P,6", "1999-03-01 08:00,H,P,6",
    "1999-03-01T08:00:00Z,H,P\u{1},6", "1999-03-01T08:00:60Z,H,P,6", "1999-03-01T08:00:00Z,H,P,6,7",
    "1999-03-01T08:00:00Z,H,\"a\"\"b\",6", "1999-03-01T08:00:00Z,H,\"a\"b,6", "\0", ",,,",
  ]

  private static func file(_ generator: inout SeededGenerator) -> [UInt8] {
    let breaks = ["\n", "\r\n", "\r\r\n"].randomElement(using: &generator) ?? "\n"
    let odd = [0, 0, 1, 10].randomElement(using: &generator) ?? 0
    var text = Bool.random(using: &generator) ? "\u{FEFF}" : ""
    text += "timestamp,host,process,handles" + breaks
    for row in 0..<Int.random(in: 200...400, using: &generator) {
      if Int.random(in: 0..<100, using: &generator) < odd {
        text += oddRows.randomElement(using: &generator) ?? ""
      } else {
        let (hour, minute) = (row / 60 % 24, row % 60)
        text += "1999-03-01T\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute):00Z,"
        text += "PLC-\(row % 3),P\(row % 7),\(Int.random(in: 0...70_000, using: &generator))"
      }
      text += breaks
    }
    if Bool.random(using: &generator) { text += "1999-03-01T08:00:00Z,H,P,5" }
    return Array(text.utf8)
  }

  @Test("parts are one upload", arguments: 0..<200)
  func partsAreOneUpload(run: UInt64) {
    if run == 0 { print("FIXLEVEL_TEST_SEED=\(seed)") }
    var generator = SeededGenerator(seed: seed &+ run)
    let bytes = Self.file(&generator)
    var limits = TelemetryLimits()
    switch run % 4 {
    case 1: limits.rejectedMax = 3
    case 2: limits.samplesMax = Int.random(in: 100...500, using: &generator)
    case 3: limits.seriesMax = Int.random(in: 2...25, using: &generator)
    default: break
    }
    // The header is within the bytes that tell the format, so forks begin after those.
    let cuts = (0..<5).map { _ in Int.random(in: 1_024..<bytes.count, using: &generator) }.sorted()
    let parts = Self.decodeInParts(bytes, cuts: cuts, limits: limits)
    #expect(decode(bytes, limits: limits) == parts.result, "seed \(seed), run \(run)")
  }

  @Test("plain parts are joined")
  func plainPartsAreJoined() {
    let rows = (0..<300).map { "\(1_000_000_000 + $0),PLC-\($0 % 3),EXTRA,\($0)\n" }
    let bytes = Array("timestamp,host,process,handles\n\(rows.joined())".utf8)
    let parts = Self.decodeInParts(bytes, cuts: [1_500, 3_000, 5_000])
    #expect(parts.joined == 3)
    #expect(parts.result == decode(bytes))
  }

  @Test("lines count on through parts")
  func linesCountOnThroughParts() {
    var rows = (0..<300).map { "\(1_000_000_000 + $0),PLC-\($0 % 3),EXTRA,\($0)\n" }
    rows[250] = "nonsense\n"
    let bytes = Array("timestamp,host,process,handles\n\(rows.joined())".utf8)
    let parts = Self.decodeInParts(bytes, cuts: [1_500, 3_000])
    #expect(parts.joined == 2)
    #expect(parts.result.upload?.rejected.map(\.line) == [252])
  }

  /// A row that looks whole but lies in a quoted cell belongs to that cell.
  @Test("a part that begins in a quoted cell is read again")
  func partThatBeginsInAQuotedCellIsReadAgain() {
    let row = "1999-03-01T08:00:00Z,PLC-1,EXTRA,5\n"
    let inside = String(repeating: row, count: 60)
    let bytes = Array(
      "timestamp,host,process,handles\n\(inside)1999-03-01T08:00:00Z,\"\(inside)\",EXTRA,5\n".utf8)
    let parts = Self.decodeInParts(bytes, cuts: [1_500, 3_000])
    #expect(parts.joined == 1)
    #expect(parts.result == decode(bytes))
    #expect(parts.result.upload?.sampleCount == 60)
  }

  /// What a row says of the host counts from there on, also for the parts after it.
  @Test("host columns agree across parts")
  func hostColumnsAgreeAcrossParts() {
    for products in [["A", "A", "A"], ["A", "B", "A"], ["", "A", "\u{1}"], ["A", "B", "\u{1}"]] {
      let rows = products.flatMap { product in
        (0..<60).map { "\(1_000_000_000 + $0),EXTRA,\($0),\(product)\n" }
      }
      let bytes = Array("timestamp,process,handles,product\n\(rows.joined())".utf8)
      let parts = Self.decodeInParts(bytes, cuts: [1_200, 1_900, 2_600])
      #expect(parts.result == decode(bytes))
    }
  }

  @Test("other formats have no forks")
  func otherFormatsHaveNoForks() throws {
    let json = Array(#"{"series":[{"process":"X","samples":["#.utf8)
    var decoder = try TelemetryDecoder()
    try decoder.feed((json + [UInt8](repeating: 32, count: 2_000)).span)
    #expect(decoder.fork().map { _ in true } == nil)
  }
}
