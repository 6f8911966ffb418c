import Bytes
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import Telemetry
import Web

/// What the routes that take uploads differ in: how they are read, and how they are answered.
struct UploadKind: Sendable {
  /// Nil for any, as the content type and the first bytes say. A route of one format is a
  /// collector's: it sends all it has, and nothing of it needs to be a count of handles.
  var format: TelemetryFormat?
  var codings: [UploadBody.Coding] = [.gzip, .identity]
  /// Called once, when the upload is on disk: must be quick.
  var answer: @Sendable (ReceivedUpload) throws -> Response = { try Response.json($0) }

  func upload(
    _ bytes: CollectedBytes, of body: UploadBody, receivedAt: Timestamp, _ options: UploadOptions,
    _ cancellation: Cancellation
  ) throws(Problem) -> TelemetryUpload {
    guard let format else {
      return try body.upload(
        bytes, receivedAt: receivedAt, options: options, cancellation: cancellation)
    }
    let decoder = TelemetryDecoder(
      format: format, mayBeEmpty: true, receivedAt: receivedAt, options: options)
    return try UploadBody.upload(bytes, with: decoder, cancellation: cancellation)
  }

  /// Leaves out counts that the fleet doesn't tell from those of handles of the same process.
  func leaveOutOtherCounts(of upload: inout TelemetryUpload) {
    let stored: Set<HandleResource> = [.handles, .fileDescriptors]
    let others = upload.series.filter { !stored.contains($0.resource) }
    guard !others.isEmpty else { return }
    let count = others.reduce(0) { $0 + $1.samples.count }
    upload.series.removeAll { !stored.contains($0.resource) }
    upload.rejectedCount += count
    upload.rejected.append(
      RejectedRow(
        line: 1, column: nil,
        detail: "\(count) samples count \(others[0].resource.rawValue), which aren't stored: "
          + "POST /api/v1/diagnoses diagnoses them"))
  }

  /// Gives the series without a host the name that the query has. Without one the upload is refused,
  /// or, because a collector sends those of many hosts together, these series are left out.
  func nameHosts(of upload: inout TelemetryUpload, _ name: String?) throws(Problem) {
    let unnamed = upload.series.indices.filter { upload.series[$0].host == nil }
    guard !unnamed.isEmpty else { return }
    if let name {
      for index in unnamed { upload.series[index].host = name }
    } else if format == nil {
      throw Problem(
        .badRequest, "The upload doesn't say which host it is from: add ?host=NAME.")
    } else {
      let count = unnamed.reduce(0) { $0 + upload.series[$1].samples.count }
      upload.series.removeAll { $0.host == nil }
      upload.rejectedCount += count
      upload.rejected.append(
        RejectedRow(
          line: 1, column: nil,
          detail: "\(count) samples name no host: add a label (instance, host), an attribute "
            + "(host.name) or ?host=NAME"))
    }
  }
}

/// What an upload is answered with.
struct ReceivedUpload: Encodable, Sendable {
  var upload: String
  var format: String
  var accepted_samples = 0
  var new_samples = 0
  var rejected: [RejectedRow]
  var rejected_count: Int
  /// Nothing of it changed anything: it, or all of its samples, had been stored before.
  var duplicate = false
  /// The zone that its local times were read in, where it has such times and a zone is known.
  var time_zone: String?
  /// The order in which its dates were read, where they could be read in several.
  var date_order: String?
  /// What was assumed; nil for nothing.
  var notes: [String]?

  /// What is known before the commit.
  init(_ upload: TelemetryUpload, fingerprint: [UInt8]) {
    self.upload = Hexadecimal.text(fingerprint.prefix(16))
    format = upload.format.rawValue
    rejected = upload.rejected
    rejected_count = upload.rejectedCount
    time_zone = upload.times.zone?.name
    date_order = upload.times.dateOrder?.rawValue
    notes = upload.notes.isEmpty ? nil : upload.notes
  }

  func acknowledged(by receipt: UploadReceipt) -> ReceivedUpload {
    var answer = self
    answer.accepted_samples = receipt.acceptedSamples
    answer.new_samples = receipt.newSamples
    let isKnown = receipt.newSamples == 0 && !receipt.isChange
    answer.duplicate = receipt.isRepeated || receipt.acceptedSamples > 0 && isKnown
    return answer
  }
}
