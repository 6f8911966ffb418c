import Diagnosis
import HTTPWire
import Storage
import UseCases

extension FleetHandlers {
  /// The stored diagnosis, made anew if samples came since.
  func diagnosis(of host: FleetHost, _ cancellation: Cancellation) throws -> [UInt8] {
    if host.isAssessed, let stored = try fleet.store.assessment(of: host) { return stored.document }
    let article = try service.knowledgeBase.withStore { try $0.mainArticle() }
    let assessment = try service.meter.diagnoses.timing(.request) {
      try HostDiagnoser(
        store: fleet.store, knowledgeBase: service.knowledgeBase, article: article,
        catalogue: service.catalogue
      ).assessment(of: host, at: fleet.clock.now(), isCancelled: { cancellation.isCancelled })
    }
    do {
      try fleet.store.record([assessment])
    } catch is FleetError {
      // The answer is right all the same; the keeper writes it down when there is room again.
    }
    return assessment.document
  }
}
