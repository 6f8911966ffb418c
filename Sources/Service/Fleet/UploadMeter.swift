import Diagnosis
import Fleet
import HTTPTypes
import Meters
import Web

/// What is counted of the uploads in one format.
final class UploadMeter: Sendable {
  static let unknownFormat = "unknown"

  let newSamples = Counter()
  let knownSamples = Counter()
  let rejectedRows = Counter()
  private let stored = Counter()
  private let duplicate = Counter()
  private let refused = Counter()
  private let failed = Counter()

  var results: [(name: String, count: UInt64)] {
    [
      ("stored", stored.value), ("duplicate", duplicate.value), ("refused", refused.value),
      ("failed", failed.value),
    ]
  }

  var isUsed: Bool { results.contains { $0.count > 0 } }

  /// Counts an upload that is on disk, or of which nothing had to be stored.
  func acknowledged(_ upload: ReceivedUpload) {
    if upload.duplicate { duplicate.add() } else { stored.add() }
    newSamples.add(upload.new_samples)
    knownSamples.add(upload.accepted_samples - upload.new_samples)
    rejectedRows.add(upload.rejected_count)
  }

  /// Counts an upload of which nothing was stored: the client's fault, or the server's.
  func dropped(_ error: any Error) {
    switch error {
    case let problem as Problem where problem.status.kind == .clientError: refused.add()
    case FleetError.keyReused, FleetError.quota, FleetError.refused: refused.add()
    case DiagnosisError.cancelled: refused.add()
    default: failed.add()
    }
  }
}
