import Diagnosis
import HTTPTypes
import HTTPWire
import Handles
import Telemetry
import Web

extension UploadBody {
  /// Decodes telemetry of any format.
  func upload(
    _ bytes: CollectedBytes, receivedAt: Timestamp?, options: UploadOptions = UploadOptions(),
    cancellation: Cancellation
  ) throws(Problem) -> TelemetryUpload {
    // Nothing else comes in snappy's block format.
    if coding == .snappy {
      return try Self.upload(
        bytes, with: TelemetryDecoder(format: .remoteWrite, options: options),
        cancellation: cancellation)
    }
    return try Self.upload(
      bytes, contentType: contentType, receivedAt: receivedAt, options: options,
      cancellation: cancellation)
  }

  static func upload(
    _ bytes: CollectedBytes, contentType: String?, receivedAt: Timestamp?,
    options: UploadOptions = UploadOptions(), cancellation: Cancellation
  ) throws(Problem) -> TelemetryUpload {
    let decoder: TelemetryDecoder
    do throws(TelemetryError) {
      decoder = try TelemetryDecoder(
        contentType: contentType, receivedAt: receivedAt, options: options)
    } catch {
      throw Problem(error)
    }
    return try upload(bytes, with: decoder, cancellation: cancellation)
  }

  /// Decodes in chunks, so that it can stop when nobody waits for the answer any more.
  static func upload(
    _ bytes: CollectedBytes, with decoder: consuming TelemetryDecoder, cancellation: Cancellation
  ) throws(Problem) -> TelemetryUpload {
    do throws(TelemetryError) {
      for block in bytes.blocks {
        var start = 0
        while start < block.count, !cancellation.isCancelled {
          let end = min(start + chunkBytes, block.count)
          try decoder.feed(block.span.extracting(start..<end))
          start = end
        }
      }
      if !cancellation.isCancelled { return try decoder.finish() }
    } catch {
      throw Problem(error)
    }
    throw .cancelled
  }

  private static let chunkBytes = 1 << 20
}

extension Problem {
  /// A refused upload: 400 with line and reason, 413 or 415.
  init(_ error: TelemetryError) {
    let status: HTTPResponse.Status =
      switch error.kind {
      case .malformed: .badRequest
      case .unsupported: .unsupportedMediaType
      case .tooLarge: .contentTooLarge
      }
    let hint = error.hint.map { " \($0)" } ?? ""
    self.init(status, "\(error.detail).\(hint)", errors: error.rows.map { Problem.Fault($0) })
  }
}

extension Problem.Fault {
  init(_ row: RejectedRow) {
    self.init(line: row.line, column: row.column, detail: row.detail)
  }
}
