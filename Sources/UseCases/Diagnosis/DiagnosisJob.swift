public import Bytes
public import Diagnosis
public import Handles
public import KnowledgeBase
public import Telemetry

/// From the bytes of an upload to a diagnosis: what the API, the page and the command share.
public struct DiagnosisJob: Sendable {
  /// The article whose bug is looked for.
  public var article: Article
  /// The products and their levels.
  public var catalogue: ProductCatalogue
  /// What the caller says of the machine; it counts where the upload says nothing.
  public var host: HostDescription
  /// The date of the machine's kernel file, where the caller knows it: it tells a hotfix.
  public var kernelDate: CivilDate?
  /// The version of the machine's kernel file, where the caller knows it.
  public var kernelVersion: String?
  /// All randomness of the simulator follows from it.
  public var seed: UInt64
  /// The highest count that a process may have, where the caller knows it; it counts where the upload
  /// says none.
  public var handleLimit: UInt64?
  /// The moment that the answer is made for; the last sample's where it is nil.
  public var asOf: Timestamp?

  /// A job about this article and this machine.
  public init(
    article: Article, catalogue: ProductCatalogue = .builtIn,
    host: HostDescription = HostDescription(), seed: UInt64 = Assumptions.seed
  ) {
    self.article = article
    self.catalogue = catalogue
    self.host = host
    self.seed = seed
  }

  /// - Parameters:
  ///   - isCancelled: asked before each series, see `DiagnosisRequest`.
  ///   - concurrently: a server works on several uploads at a time instead.
  public func diagnosis(
    of upload: TelemetryUpload, isCancelled: @escaping @Sendable () -> Bool = { false },
    concurrently: ConcurrentMap = .sequential
  ) throws(DiagnosisError) -> Diagnosis {
    var request = DiagnosisRequest(
      article: article, catalogue: catalogue, host: described(upload.host), kernelDate: kernelDate,
      kernelVersion: kernelVersion, series: upload.series,
      format: upload.format.rawValue, rejected: upload.rejected, seed: seed,
      isCancelled: isCancelled, concurrently: concurrently)
    request.evidence = upload.evidence
    request.handleLimit = handleLimit
    request.asOf = asOf
    request.zone = upload.times.zone.map { zone in
      OutputZone(name: zone.name) { zone.offsetMinutes(at: $0) }
    }
    var diagnosis = try diagnose(request)
    diagnosis.assumptions += upload.notes
    if diagnosis.rejectsMuch, let first = upload.rejected.first {
      let rows = upload.rejectedCount + upload.sampleCount
      diagnosis.advice.insert(
        "Correct the log: \(upload.rejectedCount) of \(rows) values were rejected, the first in line "
          + "\(first.line): \(first.reason).", at: 0)
    }
    if upload.rejectedCount > upload.rejected.count {
      diagnosis.assumptions.append(
        "\(upload.rejectedCount) rows were rejected; the first \(upload.rejected.count) are "
          + "listed.")
    }
    return diagnosis
  }

  private func described(_ uploaded: HostDescription) -> HostDescription {
    HostDescription(
      name: uploaded.name ?? host.name, product: uploaded.product ?? host.product,
      servicePack: uploaded.servicePack ?? host.servicePack)
  }
}

/// A value of the API as the text that the API would answer.
public enum APIDocument {
  /// JSON with sorted keys; the same value always gives the same text.
  public static func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSON.encoded(value), as: UTF8.self)
  }
}
