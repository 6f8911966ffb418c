import Handles
import Telemetry
import Testing

/// Every format is told from every other.
@Suite("Samples of every format")
struct SamplesTests {
  @Test("every format has a sample")
  func everyFormatHasASample() {
    #expect(Set(Samples.all.map(\.format)) == Set(TelemetryFormat.allCases))
  }

  @Test("every sample is recognized", arguments: Samples.all.indices)
  func isRecognised(index: Int) {
    let (format, bytes) = Samples.all[index]
    for type in [format.contentType, format.contentType.uppercased()] {
      #expect(decode(bytes, type).upload?.format == format)
    }
    // Protobuf can't be told from other bytes.
    guard !ProtobufSamples.all.contains(where: { $0.format == format }) else { return }
    for type in [nil, "text/plain", "application/x-www-form-urlencoded"] as [String?] {
      let result = decode(bytes, type)
      #expect(result.upload?.format == format, "\(String(describing: result.error))")
      #expect(result.upload?.rejected == [])
    }
  }

  /// Under another's content type it is itself, or refused with a hint; never taken for the other.
  @Test("no sample is taken for another format", arguments: Samples.all.indices)
  func isNotMisread(index: Int) {
    let (format, bytes) = Samples.all[index]
    for other in TelemetryFormat.allCases where other != format {
      switch decode(bytes, other.contentType) {
      case .success(let upload):
        let isSame = upload.format == format
        let isOtherSpelling = Set([format, upload.format]) == [.prometheus, .openMetrics]
        #expect(isSame || isOtherSpelling, "\(format) as \(other) is \(upload.format)")
        #expect(upload.outline == decode(bytes, format.contentType).upload?.outline)
      case .failure(let error): #expect(error.hint != nil || error.line != nil)
      }
    }
  }

  @Test(
    "every sample is read",
    arguments: [
      (TelemetryFormat.ndjson, ["PLC-07/EXTRA(212)=812,815"]),
      (.performanceMonitor, ["PLC-07/EXTRA=812,815", "PLC-07/SPOOLSS=59"]),
      (.exportCSV, ["EXTRA(212)=812"]),
      (.wmic, ["PLC-07/EXTRA.EXE(212)=812", "PLC-07/SPOOLSS.EXE(80)=59"]),
      (.handleSummary, ["_Total=238"]),
      (.psList, ["PLC-07/EXTRA(212)=812", "PLC-07/Two words here(80)=59"]),
      (.prometheus, ["PLC-07/EXTRA(212)=812", "PLC-07/SPOOLSS(80)=59"]),
      (.openMetrics, ["PLC-07/EXTRA(212)=812"]),
      (.influx, ["PLC-07/EXTRA=812", "PLC-08/EXTRA(7)=9"]),
      (.otlpJSON, ["PLC-07/EXTRA(212)=812,815"]),
      (.otlp, ["PLC-07/EXTRA(212)=812,815"]),
      (.remoteWrite, ["PLC-07/EXTRA(212)=812,815"]),
    ] + MoreSamples.outlines)
  func isRead(format: TelemetryFormat, outline: [String]) throws {
    let sample = try #require(Samples.all.first { $0.format == format })
    #expect(decode(sample.bytes, format.contentType).upload?.outline == outline)
  }

  /// As Windows' consoles write it to a file.
  @Test("UTF-16 is recognized too")
  func utf16Too() {
    for (format, text) in Samples.texts {
      let upload = decode(utf16(text)).upload
      #expect(upload?.format == format)
      #expect(upload?.outline == decode(text).upload?.outline)
    }
  }

  /// A count without a time needs one from the caller.
  @Test(
    "formats without times need the time of receipt",
    arguments: [TelemetryFormat.exportCSV, .wmic, .handleSummary, .psList, .processExplorer])
  func needsATimeOfReceipt(format: TelemetryFormat) throws {
    let sample = try #require(Samples.all.first { $0.format == format })
    #expect(throws: TelemetryError.self) { try TelemetryDecoder.decode(sample.bytes) }
    let upload = decode(sample.bytes).upload
    #expect(upload?.series.allSatisfy { $0.samples.allSatisfy { $0.time == receipt } } == true)
    #expect(upload?.notes.contains { $0.contains("time of receipt") } == true)
  }
}
