import ArticleStore
import Diagnosis
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import Telemetry
import UseCases
import Web

extension Call {
  /// `POST /api/v1/diagnoses`: nothing is stored.
  func diagnoses() throws -> Answer {
    let body = try UploadBody(
      request.fields, bytesMax: service.bodyBytesMax, codings: [.gzip, .snappy, .identity])
    let options = try UploadOptions(query)
    return .reading { store in
      let job = try diagnosisJob(try store.mainArticle())
      return .collect(limit: service.bodyBytesMax) { [service] bytes, cancellation in
        let upload = try body.upload(
          try body.decoded(bytes), receivedAt: .present(), options: options,
          cancellation: cancellation)
        var diagnosis = try service.meter.diagnoses.timing(.request) {
          try job.diagnosis(of: upload) { cancellation.isCancelled }
        }
        try service.addRelated(to: &diagnosis)
        return try Response.json(diagnosis)
      }
    }
  }

  private func diagnosisJob(_ article: Article) throws -> DiagnosisJob {
    let query = query
    var job = DiagnosisJob(
      article: article, catalogue: service.catalogue,
      host: HostDescription(
        name: try Self.hostName(query), product: try query.shortValue("product"),
        servicePack: try query.shortValue("service_pack")),
      seed: try Self.seed(query.value("seed")))
    job.kernelDate = try FixQuestion.kernelDate(query)
    job.kernelVersion = try query.shortValue("kernel_version")
    job.handleLimit = try Self.handleLimit(query.value("handle_limit"))
    job.asOf = try Self.asOf(query.value("as_of"))
    return job
  }

  /// `POST /api/v1/simulations`.
  func simulations() throws -> Answer {
    let body = try UploadBody(request.fields, bytesMax: SimulationForm.bytesMax)
    return .reading { store in
      let article = try store.mainArticle()
      return .collect(limit: SimulationForm.bytesMax) { [service] bytes, cancellation in
        let form = try SimulationForm(try body.decoded(bytes).joined)
        return try Response.json(
          try simulate(
            form.parameters, article: article, catalogue: service.catalogue,
            product: form.product, servicePack: form.servicePack,
            isCancelled: { cancellation.isCancelled }))
      }
    }
  }

  /// A host's name is shown to people: as in uploads, it holds no control characters.
  private static func hostName(_ query: QueryParameters) throws(Problem) -> String? {
    let name = try query.shortValue("host")
    guard name.map(PrintableName.allows) ?? true else {
      throw Problem(.badRequest, "The parameter host holds control characters.")
    }
    return name
  }

  private static func handleLimit(_ text: String?) throws(Problem) -> UInt64? {
    guard let text else { return nil }
    guard let limit = UInt64(text), limit > 0 else {
      throw Problem(
        .badRequest, "handle_limit is a whole number above 0: the highest count a process may have."
      )
    }
    return limit
  }

  /// Now where nothing is said.
  private static func asOf(_ text: String?) throws(Problem) -> Timestamp? {
    guard let text else { return .present() }
    guard let time = Timestamp(rfc3339: text) else {
      throw Problem(
        .badRequest,
        "as_of is a time such as 1999-03-04T10:00:00Z: the moment that the answer is for.")
    }
    return time
  }

  private static func seed(_ text: String?) throws(Problem) -> UInt64 {
    guard let text else { return 1 }
    guard let seed = UInt64(text) else {
      throw Problem(.badRequest, "seed is a whole number from 0 to \(UInt64.max).")
    }
    return seed
  }
}

extension Service {
  /// Names the articles of the present knowledge base that could explain the leak.
  func addRelated(to diagnosis: inout Diagnosis) throws {
    try knowledgeBase.withStore {
      try RelatedArticles($0, catalogue: catalogue).add(to: &diagnosis)
    }
  }
}
