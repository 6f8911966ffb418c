public import ArticleStore
public import Diagnosis
public import Fleet
public import Handles
public import KnowledgeBase

/// Diagnoses hosts from what the store has of them.
public struct HostDiagnoser: Sendable {
  /// Days before the last sample that are looked at.
  private static let daysMax: Int64 = 90
  /// Samples that are looked at: what one upload may have.
  private static let samplesMax = 5_000_000

  private let store: any FleetStore
  private let knowledgeBase: KnowledgeBaseSource
  private let article: Article
  private let catalogue: ProductCatalogue

  /// - Parameter article: The article whose bug is looked for.
  public init(
    store: any FleetStore, knowledgeBase: KnowledgeBaseSource, article: Article,
    catalogue: ProductCatalogue
  ) {
    self.store = store
    self.knowledgeBase = knowledgeBase
    self.article = article
    self.catalogue = catalogue
  }

  /// What is written down of a host: its diagnosis, and what lists show of it.
  ///
  /// - Throws: what the store throws, `EncodingError`.
  public func assessment(
    of host: FleetHost, at now: Timestamp, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> HostAssessment {
    let diagnosis = try diagnosis(of: host.description, try series(of: host), at: now, isCancelled)
    let next =
      diagnosis.wrap == .expected ? diagnosis.processes.compactMap(\.wrap.expectedAt).min() : nil
    return HostAssessment(
      host: host,
      outcome: FleetHost.Outcome(
        product: diagnosis.host.product, level: diagnosis.host.servicePack?.id,
        verdict: diagnosis.verdict, finding: diagnosis.finding, wrap: diagnosis.wrap, wrapAt: next),
      diagnosed: now, document: try JSON.encoded(diagnosis), processes: diagnosis.processes)
  }

  /// The samples that are looked at.
  ///
  /// - Throws: what the store throws.
  public func series(of host: FleetHost) throws -> [HandleSeries] {
    let from = host.lastSample.flatMap {
      Timestamp(milliseconds: $0.milliseconds - Self.daysMax * Timestamp.millisecondsPerDay)
    }
    return try store.series(of: host, SeriesSelection(from: from, samplesMax: Self.samplesMax))
  }

  /// The diagnosis of a host with the articles that could explain its leak.
  ///
  /// - Throws: `DiagnosisError`, `StorageError`.
  public func diagnosis(
    of host: HostDescription, _ series: [HandleSeries], at now: Timestamp,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Diagnosis {
    var request = DiagnosisRequest(
      article: article, catalogue: catalogue, host: host, series: series, format: "fleet",
      isCancelled: isCancelled)
    request.asOf = now
    var diagnosis = try diagnosis(request)
    try knowledgeBase.withStore {
      try RelatedArticles($0, catalogue: catalogue).add(to: &diagnosis)
    }
    return diagnosis
  }

  private func diagnosis(_ given: DiagnosisRequest) throws(DiagnosisError) -> Diagnosis {
    var request = given
    do throws(DiagnosisError) {
      return try diagnose(request)
    } catch {
      guard case .unknownLevel(let level) = error else { throw error }
      // An upload reported a level that its product never had: all levels are possible then.
      request.host.servicePack = nil
      var diagnosis = try diagnose(request)
      diagnosis.assumptions.append("The reported level is left out: \(level).")
      return diagnosis
    }
  }
}
