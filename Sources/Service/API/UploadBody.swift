import Compression
import Diagnosis
import HTTPTypes
import HTTPWire
import Telemetry

/// The body of a request as the sender meant it: decompressed, and decoded by its format.
struct UploadBody {
  /// How the body is compressed.
  enum Coding: String {
    case identity, gzip
    /// The block format, which remote write uses.
    case snappy
  }

  var contentType: String?
  var coding: Coding
  var bytesMax: Int

  /// Looks at the fields alone, so that a coding nobody knows is refused before the body.
  init(
    _ fields: HTTPFields, bytesMax: Int, codings: [Coding] = [.gzip, .identity]
  ) throws(Problem) {
    contentType = fields[.contentType]
    self.bytesMax = bytesMax
    let name = fields[.contentEncoding]?.lowercased() ?? ""
    let coding =
      switch name {
      case "": Coding.identity
      case "x-gzip": Coding.gzip
      default: Coding(rawValue: name)
      }
    guard let coding, codings.contains(coding) else {
      let names = codings.map(\.rawValue)
      var answer = HTTPFields()
      answer[.acceptEncoding] = names.joined(separator: ", ")
      throw Problem(
        .unsupportedMediaType, "Content-Encoding may be \(names.joined(separator: " or ")).",
        fields: answer)
    }
    self.coding = coding
  }

  /// The bytes without their content coding.
  func decoded(_ body: CollectedBytes) throws(Problem) -> CollectedBytes {
    do throws(DecompressionError) {
      switch coding {
      case .identity: return body
      case .gzip: return CollectedBytes(try Gzip.decompressed(body.joined, limit: bytesMax))
      case .snappy: return CollectedBytes(try Snappy.decompressed(body.joined, limit: bytesMax))
      }
    } catch {
      switch error {
      case .malformed(let reason):
        throw Problem(.badRequest, "The \(coding.rawValue) body can't be read: \(reason).")
      case .tooLarge:
        throw Problem(
          .contentTooLarge,
          "Decompressed, the body has more than \(bytesMax) bytes or "
            + "\(DecompressionError.ratioMax) times its compressed size.")
      }
    }
  }

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
    self.init(status, "\(error.detail).\(hint)", errors: error.rows)
  }
}
