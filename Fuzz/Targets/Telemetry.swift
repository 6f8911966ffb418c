import Handles

@testable import Diagnosis
@testable import Telemetry
@testable import Web

func fuzzUpload(_ bytes: [UInt8]) { fuzzTelemetry(bytes, contentTypes: ["application/json", nil]) }

func fuzzCSV(_ bytes: [UInt8]) { fuzzTelemetry(bytes, contentTypes: ["text/csv", nil]) }

/// OTLP and remote write.
func fuzzProtobuf(_ bytes: [UInt8]) {
  fuzzTelemetry(
    bytes,
    contentTypes: [.otlp, .remoteWrite].map { (format: TelemetryFormat) in format.contentType })
}

/// Formats of lines: Prometheus, line protocol, NDJSON, tables of Windows' tools.
func fuzzLines(_ bytes: [UInt8]) {
  fuzzTelemetry(bytes, contentTypes: [nil, "text/plain; version=0.0.4", "application/x-ndjson"])
}

/// A performance log; what doesn't start like one gets the start of one.
func fuzzPDH(_ bytes: [UInt8]) {
  let isLog = PDHDecoder.format(ofHead: bytes[...]) != nil
  let head = #""(PDH-CSV 4.0) (X)(0)","\\H\Process(P)\Handle Count""#
  fuzzTelemetry(isLog ? bytes : Array(head.utf8) + bytes, contentTypes: [nil])
}

/// Limits that short inputs reach.
private let smallLimits: TelemetryLimits = {
  var small = TelemetryLimits()
  small.seriesMax = 2
  small.samplesMax = 6
  small.nameBytesMax = 8
  small.rejectedMax = 2
  small.reasonsMax = 1
  small.lineBytesMax = 100
  small.csvColumnsMax = 6
  small.pdhColumnsMax = 6
  small.pdhHeadersMax = 2
  small.jsonDepthMax = 5
  small.jsonStringBytesMax = 24
  small.jsonMembersMax = 6
  small.otlpPointsMax = 6
  small.protobufBytesMax = 100
  small.protobufElementsMax = 4
  small.jsonRecordsMax = 2
  return small
}()

/// Any format of texts, which the first byte chooses: what the choice by the first bytes would keep away
/// from its decoder gets there, too.
func fuzzFormats(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let formats = TelemetryFormat.allCases.filter { !$0.isBinary }
  let format = formats[Int(first) % formats.count]
  let rest = Array(bytes.dropFirst())
  for limits in [TelemetryLimits(), smallLimits] {
    let whole = decode([rest], format, limits)
    for ends in waysToCut(rest) {
      let cut = decode(pieces(rest, endingAt: ends), format, limits)
      require(cut == whole, "\(cut) in pieces, \(whole) as a whole")
    }
    check(whole, limits)
  }
}

private func decode(
  _ pieces: [[UInt8]], _ format: TelemetryFormat, _ limits: TelemetryLimits
) -> Result<TelemetryUpload, TelemetryError> {
  var options = UploadOptions()
  options.process = "P"
  do throws(TelemetryError) {
    var decoder = TelemetryDecoder(
      format: format, limits: limits, receivedAt: Timestamp(milliseconds: 0), options: options)
    for piece in pieces { try decoder.feed(piece.span) }
    return .success(try decoder.finish())
  } catch {
    return .failure(error)
  }
}

/// An upload: the same result however it is cut, within the limits.
private func fuzzTelemetry(_ bytes: [UInt8], contentTypes: [String?]) {
  for type in contentTypes {
    for limits in [TelemetryLimits(), smallLimits] {
      let whole = decode([bytes], type, limits)
      for ends in waysToCut(bytes) {
        let cut = decode(pieces(bytes, endingAt: ends), type, limits)
        require(cut == whole, "\(cut) in pieces, \(whole) as a whole")
      }
      check(whole, limits)
    }
  }
}

func decode(
  _ pieces: [[UInt8]], _ contentType: String?, _ limits: TelemetryLimits
) -> Result<TelemetryUpload, TelemetryError> {
  do throws(TelemetryError) {
    var decoder = try TelemetryDecoder(contentType: contentType, limits: limits)
    for piece in pieces { try decoder.feed(piece.span) }
    return .success(try decoder.finish())
  } catch {
    return .failure(error)
  }
}

private func check(_ result: Result<TelemetryUpload, TelemetryError>, _ limits: TelemetryLimits) {
  switch result {
  case .success(let upload):
    require((1...limits.samplesMax).contains(upload.sampleCount), "\(upload.sampleCount)")
    require((1...limits.seriesMax).contains(upload.series.count), "\(upload.series.count)")
    let identities = Set(upload.series.map(\.identity))
    require(identities.count == upload.series.count, "the same series twice")
    for series in upload.series {
      checkName(series.process, limits)
      if let host = series.host { checkName(host, limits) }
      require(!series.samples.isEmpty && series.instance >= 0 && series.pid ?? 0 >= 0)
      for sample in series.samples {
        require((0...TelemetryLimits.countMax).contains(sample.handles), "\(sample.handles)")
        require(sample.time.description.utf8.count >= 20)
      }
    }
    require(upload.rejected.count <= limits.rejectedMax)
    require(upload.rejected.count <= upload.rejectedCount)
    checkPlaces(upload.rejected)
  case .failure(let error):
    require(!error.detail.isEmpty && error.rejected.count <= limits.reasonsMax)
    checkPlaces(error.rows)
  }
}

private func checkName(_ name: String, _ limits: TelemetryLimits) {
  require((1...limits.nameBytesMax).contains(name.utf8.count), name)
  require(!name.unicodeScalars.contains { $0.properties.generalCategory == .control }, name)
}

private func checkPlaces(_ rows: [RejectedRow]) {
  require(rows.allSatisfy { $0.line > 0 && $0.column ?? 1 > 0 && !$0.detail.isEmpty })
}
