import SwiftProtobuf

/// What OTLP's clients read in an answer, in the encoding of their request
/// (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Response").
public enum OTLPAnswer {
  /// How a request, and so its answer, is encoded.
  public enum Encoding: Sendable {
    case protobuf, json

    /// The encoding of a content type; nil for one that OTLP doesn't have.
    public init?(contentType: String?) {
      switch contentType?.prefix(while: { $0 != ";" && $0 != " " }).lowercased() {
      case "application/x-protobuf": self = .protobuf
      case "application/json": self = .json
      default: return nil
      }
    }

    public var contentType: String {
      switch self {
      case .protobuf: "application/x-protobuf"
      case .json: "application/json"
      }
    }

    public var format: TelemetryFormat {
      switch self {
      case .protobuf: .otlp
      case .json: .otlpJSON
      }
    }
  }

  /// An `ExportMetricsServiceResponse`.
  ///
  /// - Parameter reason: Why points were rejected; unused if none was.
  public static func success(
    rejected: Int, reason: String, _ encoding: Encoding
  ) throws -> [UInt8] {
    var response = OTLPWireExportMetricsServiceResponse()
    if rejected > 0 {
      response.partialSuccess.rejectedDataPoints = Int64(rejected)
      response.partialSuccess.errorMessage = reason
    }
    return try encoded(response, encoding)
  }

  /// A `google.rpc.Status`.
  public static func failure(httpStatus: Int, _ detail: String, _ encoding: Encoding) throws
    -> [UInt8]
  {
    var status = OTLPWireStatus()
    status.code = code(httpStatus)
    status.message = detail
    return try encoded(status, encoding)
  }

  /// google.rpc.Code, by the HTTP status that stands beside each name there.
  private static func code(_ httpStatus: Int) -> Int32 {
    switch httpStatus {
    case 401: 16
    case 403: 7
    case 404: 5
    case 429: 8
    case 400..<500: 3
    case 503: 14
    default: 13
    }
  }

  private static func encoded(_ message: some Message, _ encoding: Encoding) throws -> [UInt8] {
    switch encoding {
    case .protobuf: try message.serializedBytes()
    case .json: try message.jsonUTF8Bytes()
    }
  }
}
