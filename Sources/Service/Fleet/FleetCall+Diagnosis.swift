import ArticleStore
import Diagnosis
import Fleet
import HTTPWire
import Handles
import UseCases

extension FleetCall {
  /// A stored diagnosis is older than this many milliseconds only where nobody has asked for it since.
  private static let ageMax: Int64 = 300_000

  /// `GET /api/v1/hosts/{host}/diagnosis`.
  func diagnosis() -> Answer {
    .work { cancellation in
      respond(try diagnosis(of: try namedHost(), cancellation))
    }
  }

  /// The stored diagnosis, made anew if samples came since, or if it was made for another time.
  private func diagnosis(of host: FleetHost, _ cancellation: Cancellation) throws -> [UInt8] {
    let now = fleet.clock.now()
    if host.isAssessed, let stored = try fleet.store.assessment(of: host),
      (0...Self.ageMax).contains(now.milliseconds - stored.diagnosed.milliseconds)
    {
      return stored.document
    }
    let article = try service.knowledgeBase.withStore { try $0.mainArticle() }
    let assessment = try service.meter.diagnoses.timing(.request) {
      try HostDiagnoser(
        store: fleet.store, knowledgeBase: service.knowledgeBase, article: article,
        catalogue: service.catalogue
      ).assessment(of: host, at: now, isCancelled: { cancellation.isCancelled })
    }
    do {
      try fleet.store.record([assessment])
    } catch is FleetError {
      // The answer is right all the same; the keeper writes it down when there is room again.
    }
    return assessment.document
  }
}
