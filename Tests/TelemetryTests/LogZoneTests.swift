import Handles
import Telemetry
import Testing

/// Times of logs that name no zone.
@Suite("Time zones of logs")
struct LogZoneTests {
  private func first(_ text: String, _ zone: LogZone?) throws -> String? {
    var options = UploadOptions()
    options.zone = zone
    let upload = try TelemetryDecoder.decode(
      Array(text.utf8), receivedAt: receipt, options: options)
    if zone != nil { #expect(upload.times.zone == zone) }
    return upload.series.first?.samples.first?.time.description
  }

  /// An hour ahead of UTC, from 02:00 on the 26th of March 1999 two.
  private static let summer = LogZone(name: "Summer") { local in
    local < 922_413_600_000 ? 3_600_000 : 7_200_000
  }

  @Test(arguments: [
    ("+02:00", "1999-03-25T06:00:00Z"), ("-0330", "1999-03-25T11:30:00Z"),
    ("+05", "1999-03-25T03:00:00Z"),
    ("UTC", "1999-03-25T08:00:00Z"), ("z", "1999-03-25T08:00:00Z"),
  ])
  func offsets(name: String, time: String) throws {
    let zone = try #require(LogZone(offset: name))
    for text in [
      "time,process,handles\n1999-03-25 08:00:00,P,1\n",
      "time,process,handles\n25/03/1999 08:00,P,1\n",
      #"{"series":[{"process":"P","samples":[["1999-03-25T08:00:00",1]]}]}"#,
      #"{"process":"P","at":"1999-03-25T08:00:00","handles":1}"#,
      "(PDH-CSV 4.0),\\Process(P)\\Handle Count\n03/25/1999 08:00:00.000,1\n",
    ] {
      #expect(try first(text, zone) == time, "\(text)")
    }
  }

  @Test(arguments: ["", "+", "+24:00", "2", "+1:00", "zz", "Europe/Berlin", "+02:00:00", "+02:0x"])
  func noOffsets(name: String) { #expect(LogZone(offset: name) == nil) }

  @Test("a zone may change")
  func aZoneMayChange() throws {
    let log = "time,process,handles\n1999-03-26 01:59:59,P,1\n1999-03-26 02:00:00,P,2\n"
    var options = UploadOptions()
    options.zone = Self.summer
    let upload = try TelemetryDecoder.decode(Array(log.utf8), options: options)
    #expect(
      upload.series[0].samples.map(\.time.description) == [
        "1999-03-26T00:59:59Z", "1999-03-26T00:00:00Z",
      ])
  }

  @Test("times with an offset tell the log's zone")
  func offsetsOfTheLog() throws {
    for (text, name) in [
      ("1999-03-25T08:00:00+05:30", "+05:30"), ("1999-03-25T08:00:00-0800", "-08:00"),
      ("1999-03-25T08:00:00+00:00", nil), ("1999-03-25T08:00:00Z", nil),
    ] {
      let upload = try TelemetryDecoder.decode(
        Array("time,process,handles\n\(text),P,1\n".utf8), options: UploadOptions())
      #expect(upload.times.zone?.name == name, "\(text)")
    }
  }

  @Test("a zone tells how far it is ahead of UTC at a moment")
  func offsetAtAMoment() throws {
    let summer = Self.summer
    for (milliseconds, minutes) in [
      (Int64(922_409_999_000), 60), (922_410_000_000, 120), (0, 60), (1_000_000_000_000, 120),
    ] {
      let time = try #require(Timestamp(milliseconds: milliseconds))
      #expect(summer.offsetMinutes(at: time) == minutes, "\(milliseconds)")
    }
  }

  @Test("what a log says of its zone comes first")
  func headerWins() throws {
    let log = "(PDH-CSV 4.0) (X)(-60),\\Process(P)\\Handle Count\n03/25/1999 08:00:00.000,1\n"
    var options = UploadOptions()
    options.zone = LogZone(offset: "+05:00")
    let upload = try TelemetryDecoder.decode(Array(log.utf8), options: options)
    #expect(upload.times.zone?.name == "X")
    #expect(upload.series[0].samples[0].time.description == "1999-03-25T07:00:00Z")
    let csv = "time,process,handles\n1999-03-25T08:00:00Z,P,1\n"
    let exact = try TelemetryDecoder.decode(Array(csv.utf8), options: options)
    #expect(exact.times.zone == nil)
    #expect(exact.series[0].samples[0].time.description == "1999-03-25T08:00:00Z")
  }
}
