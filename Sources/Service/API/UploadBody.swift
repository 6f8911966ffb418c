import Diagnosis
import HTTPTypes
import HTTPWire
import Telemetry

/// The body of a request as the sender meant it: decompressed, and decoded by its format.
struct UploadBody {
  var contentType: String?
  var isCompressed: Bool
  var bytesMax: Int

  /// Looks at the fields alone, so that a coding nobody knows is refused before the body.
  init(_ fields: HTTPFields, bytesMax: Int) throws(Problem) {
    contentType = fields[.contentType]
    self.bytesMax = bytesMax
    switch fields[.contentEncoding]?.lowercased() {
    case nil, "identity", "": isCompressed = false
    case "gzip", "x-gzip": isCompressed = true
    default:
      var answer = HTTPFields()
      answer[.acceptEncoding] = "gzip, identity"
      throw Problem(
        .unsupportedMediaType, "Content-Encoding may be gzip or identity.", fields: answer)
    }
  }

  /// The bytes without their content coding.
  func decoded(_ body: CollectedBytes) throws(Problem) -> CollectedBytes {
    guard isCompressed else { return body }
    do throws(GzipError) {
      return CollectedBytes(try Gzip.decompressed(body.joined, limit: bytesMax))
    } catch {
      switch error {
      case .malformed(let reason):
        throw Problem(.badRequest, "The gzip body can't be read: \(reason).")
      case .tooLarge:
        throw Problem(
          .contentTooLarge,
          "Decompressed, the body has more than \(bytesMax) bytes or \(Gzip.ratioMax) times its "
            + "compressed size.")
      }
    }
  }

  /// Decodes telemetry in chunks, so that it can stop when nobody waits for the answer any more.
  static func upload(
    _ bytes: CollectedBytes, contentType: String?, cancellation: Cancellation
  ) throws(Problem) -> TelemetryUpload {
    do throws(TelemetryError) {
      var decoder = try TelemetryDecoder(
        contentType: contentType, receivedAt: .present())
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
    self.init(status, "\(error.detail).\(hint)", errors: error.rows)
  }
}
