import Handles
import Telemetry
import Testing

/// Remote write 1.0 and OTLP in protobuf.
@Suite("Uploads as protobuf")
struct ProtobufTests {
  typealias Build = ProtobufSamples
  static let (otlp, remoteWrite) = (
    TelemetryFormat.otlp.contentType, TelemetryFormat.remoteWrite.contentType
  )

  private func series(
    _ name: String, _ value: Double, _ time: Int64 = 0, labels: [UInt8] = Build.identity
  ) -> [UInt8] {
    Build.field(1, Build.label("__name__", name) + labels + Build.sample(value, time))
  }

  @Test("bad samples are rejected one by one")
  func rejectsSamplesOneByOne() {
    let values = [1, 0.5, -1, 1e300, Double.infinity, 2]
    let body =
      values.flatMap { series("windows_process_handles", $0) }
      + series("windows_process_handles", 3, .max)
    let upload = decode(body, Self.remoteWrite).upload
    #expect(upload?.outline == ["PLC-07/EXTRA(212)=1,2"])
    #expect(
      upload?.reasons == [
        "2: a number with a fraction", "3: a negative number", "4: a number above 2^53",
        "5: not a whole number", "7: a time outside the day or the years 1 to 9999",
      ])
  }

  /// A collector sends many hosts at once; what describes one is not said of the others.
  @Test("a series describes its host")
  func describesEachHost() {
    func info(_ instance: String, _ product: String) -> [UInt8] {
      series(
        "windows_os_info", 1,
        labels: Build.label("instance", instance) + Build.label("product", product))
    }
    let body =
      info("A:9182", "Windows NT Server") + info("B:9182", "Windows 2000")
      + info("C:9182", "one") + info("C:9182", "two") + series("windows_process_handles", 1)
    let upload = decode(body, Self.remoteWrite).upload
    #expect(upload?.hosts.mapValues(\.product) == ["A": "Windows NT Server", "B": "Windows 2000"])
    #expect(upload?.host.product == nil)
    #expect(upload?.notes.count == 1)
  }

  @Test("a resource describes its host")
  func describesItsHost() {
    let labels =
      Build.label("instance", "PLC-07:9182") + Build.label("service_pack", "3")
      + Build.label("product", "windows-nt-server-4.0")
    let info = series("fixlevel_host_info", 1, labels: labels)
    let upload = decode(info + series("windows_process_handles", 1), Self.remoteWrite).upload
    #expect(upload?.host.product == "windows-nt-server-4.0")
    #expect(upload?.host.servicePack == "3")
  }

  @Test(
    "bytes that are no message",
    arguments: [
      [0x07], [0x0B], [0x0A], [0x0A, 0x05, 0x00], [0x08], [0x00, 0x00], Build.otlp.dropLast(),
      Build.remoteWrite.dropLast(),
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] as [[UInt8]])
  func refusesWhatIsNoMessage(body: [UInt8]) {
    for type in [Self.otlp, Self.remoteWrite] {
      let error = decode(body, type).error
      #expect(error != nil)
      #expect(error?.hint != nil)
    }
  }

  @Test("an element above the limit is refused")
  func refusesAnElementAboveTheLimit() {
    var limits = TelemetryLimits()
    limits.protobufBytesMax = 50
    #expect(decode(Build.otlp, Self.otlp, limits: limits).error?.kind == .tooLarge)
    #expect(decode(Build.remoteWrite, Self.remoteWrite, limits: limits).error?.kind == .tooLarge)
    limits = TelemetryLimits()
    limits.protobufElementsMax = 1
    #expect(decode(Build.otlp, Self.otlp, limits: limits).upload != nil)
    #expect(
      decode(Build.otlp + Build.otlp, Self.otlp, limits: limits).error?.kind == .tooLarge)
  }

  @Test("an element that is no message is rejected")
  func rejectsAnElementThatIsNoMessage() {
    // A text that is not UTF-8, in the second resource.
    let bad = Build.field(1, Build.field(1, Build.field(1, Build.field(1, [0xFF]))))
    let upload = decode(Build.otlp + bad + Build.otlp, Self.otlp).upload
    #expect(upload?.sampleCount == 4)
    #expect(upload?.rejected.map(\.line) == [2])
  }

  @Test("all points of a bad resource are rejected")
  func rejectsAllPointsOfAResource() {
    // The name of the host holds a control character.
    let attributes = Build.field(1, Build.attribute("host.name", Build.field(1, "a\u{1}b")))
    let points = (0..<3).map { Build.point(UInt64($0), Build.field(6, fixed: 5)) }.flatMap { $0 }
    let metrics =
      Build.metric("process.handles", sum: points) + Build.metric("other", sum: points)
    let bad = Build.field(1, Build.field(1, attributes) + Build.field(2, metrics))
    let upload = decode(Build.otlp + bad, Self.otlp).upload
    #expect(upload?.sampleCount == 2 && upload?.rejected.map(\.line) == [2])
    #expect(upload?.rejectedCount == 3)
    // A text that is not UTF-8.
    let noText = Build.field(1, Build.field(1, Build.field(1, [0xFF])))
    let noMessage = Build.field(1, noText + Build.field(2, metrics))
    #expect(decode(Build.otlp + noMessage, Self.otlp).upload?.rejectedCount == 3)
  }

  @Test("the first of several labels with one meaning counts")
  func takesTheFirstOfLabelsThatSayOneThing() {
    let labels = [
      ("host", "a"), ("hostname", "b"), ("instance", "c:1"), ("process", "P"), ("groupname", "Q"),
      ("process_id", "1"), ("pid", "2"),
    ]
    for labels in [labels, labels.reversed()] {
      let series =
        Build.label("__name__", "windows_process_handles")
        + labels.flatMap { Build.label($0, $1) } + Build.sample(5, 1_700_000_000_000)
      #expect(
        decode(Build.field(1, series), Self.remoteWrite).upload?.outline == ["a/P(1)=5"])
    }
  }

  @Test("points that are changes are rejected")
  func rejectsDelta() {
    let points = Build.point(0, Build.field(6, fixed: 5)) + Build.field(2, varint: 1)
    let body = Build.otlp + Build.otlp(Build.metric("process.handles", sum: points))
    let upload = decode(body, Self.otlp).upload
    #expect(upload?.rejectedCount == 1)
    #expect(upload?.rejected.first?.detail.contains("delta") == true)
  }

  /// Elements of two bytes take fifty in memory: the limit is on the element, not on the list.
  @Test("empty elements cost little", .timeLimit(.minutes(10)))
  func emptyElementsCostLittle() {
    var limits = TelemetryLimits()
    limits.protobufElementsMax = 20_000
    let empty = (0..<20_000).flatMap { _ in [0x0A, 0x00] as [UInt8] }
    #expect(decode(empty, Self.otlp, limits: limits).error?.kind == .malformed)
    #expect(
      decode(empty + [0x0A, 0x00], Self.remoteWrite, limits: limits).error?.kind == .tooLarge)
    #expect(decode(Build.field(1, Build.field(2, empty)), Self.otlp).error != nil)
  }

  @Test(
    "a collector may have nothing for us",
    arguments: [
      (TelemetryFormat.remoteWrite, []), (.otlp, []), (.prometheus, []),
      (.otlpJSON, Array("{}".utf8)), (.otlpJSON, Array(#"{"resourceMetrics":[]}"#.utf8)),
      (.prometheus, Array("# HELP up x\nup 1\n".utf8)),
      (.remoteWrite, Build.field(1, Build.label("__name__", "up") + Build.sample(1, 0))),
    ] as [(TelemetryFormat, [UInt8])])
  func nothing(format: TelemetryFormat, body: [UInt8]) throws {
    var decoder = TelemetryDecoder(format: format, mayBeEmpty: true)
    try decoder.feed(body.span)
    let upload = try decoder.finish()
    #expect(upload.format == format && upload.series.isEmpty && upload.rejectedCount == 0)
    var strict = TelemetryDecoder(format: format)
    try strict.feed(body.span)
    #expect(throws: TelemetryError.self) { try strict.finish() }
  }

  @Test("the answer has the encoding of the request")
  func answersInTheEncodingOfTheRequest() throws {
    let answers = try [OTLPAnswer.Encoding.protobuf, .json].map { encoding in
      [
        try OTLPAnswer.success(rejected: 0, reason: "", encoding),
        try OTLPAnswer.success(rejected: 2, reason: "r", encoding),
        try OTLPAnswer.failure(httpStatus: 400, "d", encoding),
        try OTLPAnswer.failure(httpStatus: 503, "d", encoding),
      ]
    }
    #expect(
      answers[0] == [
        [], [0x0A, 0x05, 0x08, 0x02, 0x12, 0x01, 0x72], [0x08, 0x03, 0x12, 0x01, 0x64],
        [0x08, 0x0E, 0x12, 0x01, 0x64],
      ])
    #expect(
      answers[1].map { String(decoding: $0, as: UTF8.self) } == [
        "{}", #"{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"r"}}"#,
        #"{"code":3,"message":"d"}"#, #"{"code":14,"message":"d"}"#,
      ])
  }
}
