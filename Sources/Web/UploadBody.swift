import Compression
public import HTTPTypes
public import HTTPWire

/// The body of a request as the sender meant it: decompressed.
public struct UploadBody: Sendable {
  /// How the body is compressed.
  public enum Coding: String, Sendable {
    /// Not at all.
    case identity
    /// RFC 1952.
    case gzip
    /// The block format, which remote write uses.
    case snappy
  }

  /// The media type of what it is.
  public var contentType: String?
  /// How it comes.
  public var coding: Coding
  /// Bytes that it may have, decompressed.
  public var bytesMax: Int

  /// Looks at the fields alone, so that a coding nobody knows is refused before the body.
  public init(
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
  public func decoded(_ body: CollectedBytes) throws(Problem) -> CollectedBytes {
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
}
