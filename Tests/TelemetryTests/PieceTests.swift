import Telemetry
import Testing

/// Where the body is cut makes no difference.
@Suite("Bodies in pieces")
struct PieceTests {
  static let time = "1999-03-01T08:00:00Z"

  /// Short, with a trap in every corner.
  static let bodies: [[UInt8]] = Samples.texts.map { Array($0.text.utf8) } + traps

  private static let traps: [[UInt8]] =
    [
      #"{"host":{"name":"A\u00fc\ud83e\udd8a"},"x":[1.5e3,true],"series":[{"process":"Ü","pid":12,"#
        + #""samples":[["\#(time)",812],[0,1]]}]}"#,
      #"{"series":[{"process":"P","samples":[[0,1],[0,-1]]}]}"#,
      #"{"series":[{"process":"\ud800"}]}"#,
      "{\"a\":1,\n\"a\":2}", #"{"a":1e400}"#, #"{"a":tru}"#, "{\"a\":\"b",
      "\u{FEFF}time,process,pid,handles,n\r\n\(time),\"a \"\"b\"\"\",1,5,\"x\ny\"\r\n"
        + "\r\n\(time),c,,6,\r\n",
      "time;process;handles\n\(time);P;1\nx;P;1\n\(time);P\n\(time);\"P\"x;2\n"
        + "Time;Process;Handles\n\(time);P;3",
      "time,process,handles\n\(time),\"P,1\n", "time,process,handles\n\(time),P\0,1\n",
      "\r\n\"(PDH-CSV 4.0) (X)(-60)\",\"\\\\A\\Process(P#1)\\Handle Count\","
        + "\"\\\\A\\Process(P#1)\\ID Process\"\r\n"
        + "\"10/29/2017 01:59:44.562\",\"5.000000\",\"7\"\r\n\"10/29/2017 01:59:45.562\",\" \"\r\n"
        + "\"10/29/2017 01:59:46.562\",\"6\",\"8\"\r\n\r\nExiting, please wait...\r\n",
    ].map { Array($0.utf8) } + [
      utf16("time\tprocess\thandles\r\n\(time)\t🦊\t1\r\n"),
      utf16("time\tprocess\thandles\n\(time)\tx\t1", isBigEndian: true) + [0],
      [0xFF, 0xFE, 0x00, 0xD8], Array("time,process,handles\n0,\u{FFFD}".utf8) + [0xFF],
    ]

  /// The same with a tail that makes the body longer than what decides the format.
  static let longBodies: [[UInt8]] = [
    "time,process,handles\n" + (0..<60).map { "\(time),\"P\($0 % 3)\",\($0)\r\n" }.joined(),
    #"{"series":[{"process":"P","samples":["#
      + (0..<60).map { #"["\#(time)",\#($0)]"# }.joined(separator: ",\n") + "]}]}",
  ].map { Array($0.utf8) }

  @Test("a body cut once, anywhere", arguments: bodies.indices)
  func cutOnceAnywhere(index: Int) {
    let body = Self.bodies[index]
    let whole = decode(body)
    for cut in 0...body.count {
      #expect(decode(body, cutAt: [cut]) == whole, "cut at \(cut)")
    }
    #expect(decode(body, cutAt: Array(0...body.count)) == whole)
  }

  @Test("protobuf cut once, anywhere", arguments: ProtobufSamples.all.indices)
  func cutProtobufAnywhere(index: Int) {
    let (format, body) = ProtobufSamples.all[index]
    let whole = decode(body, format.contentType)
    #expect(whole.upload != nil)
    for cut in 0...body.count {
      #expect(decode(body, cutAt: [cut], format.contentType) == whole, "cut at \(cut)")
    }
    #expect(decode(body, cutAt: Array(0...body.count), format.contentType) == whole)
  }

  @Test("a long body cut within its rows", arguments: longBodies.indices)
  func cutWithinTheRows(index: Int) {
    let body = Self.longBodies[index]
    let whole = decode(body)
    #expect(whole.upload != nil)
    for cut in 1_024..<body.count {
      #expect(decode(body, cutAt: [1_024, cut]) == whole, "cut at \(cut)")
    }
    #expect(decode(body, cutAt: Array(0...body.count)) == whole)
  }

  @Test("limits do not depend on where a body is cut")
  func limitsDoNotDependOnCuts() {
    var limits = TelemetryLimits()
    limits.lineBytesMax = 60
    limits.jsonStringBytesMax = 40
    let long = String(repeating: "x", count: 70)
    for text in [
      "time,process,handles\n\(Self.time),\(long),1\n\(Self.time),P,1\n",
      "time,process,handles\n\(Self.time),P,1\n\"\(long)\n\",P,1\n",
      "time,process,handles\n\(Self.time),P,1\n\"a\n\"\(long)\n\(Self.time),P,2\n\(long)",
      "time,process,handles,\(long)\n", "{\"\(long)\":1}", "{\"a\":\"\(long)\"}",
    ] {
      let body = Array(text.utf8)
      let whole = decode(body, limits: limits)
      for cut in 0...body.count {
        #expect(decode(body, cutAt: [cut], limits: limits) == whole, "\(text) cut at \(cut)")
      }
      #expect(decode(body, cutAt: Array(0...body.count), limits: limits) == whole)
    }
  }

  /// Quadratic work on a drip would take minutes here.
  @Test(
    "a body that comes byte by byte costs no more",
    .timeLimit(.minutes(10)),
    arguments: [
      "{\"a\":\"" + String(repeating: "x", count: 60_000),
      "{\"a\":" + String(repeating: "1", count: 1_000),
      "time,process,handles\n\"" + String(repeating: "x\n", count: 100_000),
      "time,process,handles\n" + String(repeating: "x", count: 200_000),
      String(repeating: "t", count: 200_000),
    ])
  func aDripCostsNoMore(text: String) throws {
    var decoder = try TelemetryDecoder()
    for byte in text.utf8 { try decoder.feed([byte].span) }
    #expect(throws: TelemetryError.self) { try decoder.finish() }
  }

  /// Work follows the bytes of the body, not what its headers announce.
  @Test("wide headers cost no more than their bytes", .timeLimit(.minutes(10)))
  func wideHeadersCostNoMoreThanTheirBytes() {
    let head = #""(PDH-CSV 4.0) (X)(0)","\Process(P)\Handle Count""#
    let wide = head + (0..<2_000).map { #","\Process(P#\#($0 + 1))\Handle Count""# }.joined()
    let rows = String(repeating: "\"01/01/1970 00:00:00\",\"1\"\n", count: 2_000)
    #expect(decode(wide + "\n" + rows).upload?.sampleCount == 2_000)
    let heads = String(repeating: head + "\n\"01/01/1970 00:00:00\",\"1\"\n", count: 900)
    #expect(decode(heads).upload?.sampleCount == 900)
  }
}
