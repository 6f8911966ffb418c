import ArticleStore
import Diagnosis
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import Telemetry
import UseCases
import Web

extension ServiceHandler {
  /// `POST /api/v1/diagnoses`: nothing is stored.
  func diagnoses(_ query: QueryParameters, _ request: Request) throws -> Reception {
    let body = try UploadBody(
      request.fields, bytesMax: service.bodyBytesMax, codings: [.gzip, .snappy, .identity])
    var job = DiagnosisJob(
      article: try store.mainArticle(), catalogue: service.catalogue,
      host: HostDescription(
        name: try Self.hostName(query), product: try query.shortValue("product"),
        servicePack: try query.shortValue("service_pack")),
      seed: try Self.seed(query.value("seed")))
    job.kernelDate = try FixQuestion.kernelDate(query)
    job.kernelVersion = try query.shortValue("kernel_version")
    job.handleLimit = try Self.handleLimit(query.value("handle_limit"))
    job.asOf = try Self.asOf(query.value("as_of"))
    let options = try UploadOptions(query)
    return collect(.diagnoses, request) { [job, service] bytes, cancellation in
      let upload = try body.upload(
        try body.decoded(bytes), receivedAt: .present(), options: options,
        cancellation: cancellation)
      var diagnosis = try service.meter.diagnoses.timing(.request) {
        try job.diagnosis(of: upload) { cancellation.isCancelled }
      }
      try service.addRelated(to: &diagnosis)
      return try Self.json(diagnosis)
    }
  }

  /// `POST /api/v1/simulations`.
  func simulations(_ request: Request) throws -> Reception {
    let body = try UploadBody(request.fields, bytesMax: SimulationForm.bytesMax)
    let article = try store.mainArticle()
    let catalogue = service.catalogue
    return collect(.simulations, request, bytesMax: SimulationForm.bytesMax) {
      bytes, cancellation in
      let form = try SimulationForm(try body.decoded(bytes).joined)
      return try Self.json(
        try simulate(
          form.parameters, article: article, catalogue: catalogue, product: form.product,
          servicePack: form.servicePack, isCancelled: { cancellation.isCancelled }))
    }
  }

  /// Collects the body and runs `work` on the worker pool; what it throws becomes the answer.
  func collect(
    _ route: Route, _ request: Request, bytesMax: Int? = nil,
    work: @escaping @Sendable (CollectedBytes, Cancellation) throws -> Response
  ) -> Reception {
    let (service, context) = (service, RequestContext(request, path: route.path))
    return .collect(limit: bytesMax ?? service.bodyBytesMax) { bytes, cancellation in
      do {
        return try work(bytes, cancellation)
      } catch {
        return service.answer(to: error, route.errorForm, context)
      }
    }
  }

  static func json(_ value: some Encodable) throws -> Response {
    json(try JSON.encoded(value))
  }

  static func json(_ body: [UInt8]) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = Representation.json.mediaType
    fields[.cacheControl] = "no-store"
    return Response(status: .ok, fields: fields, body: body)
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
