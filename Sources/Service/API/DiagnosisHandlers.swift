import Diagnosis
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Storage
import Telemetry

extension ServiceHandler {
  /// `POST /api/v1/diagnoses`: nothing is stored.
  func diagnoses(_ query: QueryParameters, _ request: Request) throws -> Reception {
    let body = try UploadBody(request.fields, bytesMax: service.bodyBytesMax)
    let job = DiagnosisJob(
      article: try store.mainArticle(), catalogue: service.catalogue,
      host: HostDescription(
        name: try query.value("host"), product: try query.value("product"),
        servicePack: try query.value("service_pack")),
      seed: try Self.seed(query.value("seed")))
    return collect(.diagnoses) { bytes, cancellation in
      let bytes = try body.decoded(bytes)
      let upload = try UploadBody.upload(
        bytes[...], contentType: body.contentType, cancellation: cancellation)
      return try Self.json(try job.diagnosis(of: upload))
    }
  }

  /// `POST /api/v1/simulations`.
  func simulations(_ request: Request) throws -> Reception {
    let body = try UploadBody(request.fields, bytesMax: SimulationForm.bytesMax)
    let article = try store.mainArticle()
    let catalogue = service.catalogue
    return collect(.simulations, bytesMax: SimulationForm.bytesMax) { bytes, _ in
      let form = try SimulationForm(try body.decoded(bytes))
      return try Self.json(
        try simulate(
          form.parameters, article: article, catalogue: catalogue, product: form.product,
          servicePack: form.servicePack))
    }
  }

  /// Collects the body and runs `work` on the worker pool; what it throws becomes the answer.
  func collect(
    _ route: Route, bytesMax: Int? = nil, showing form: Representation = .json,
    accept: String? = nil,
    work: @escaping @Sendable ([UInt8], Cancellation) throws -> Response
  ) -> Reception {
    let service = service
    return .collect(limit: bytesMax ?? service.bodyBytesMax) { bytes, cancellation in
      do {
        return try work(bytes, cancellation)
      } catch let problem as Problem {
        return service.answer(to: problem, as: form, accept: accept)
      } catch let error as UnknownLevelError {
        return service.answer(
          to: Problem(.badRequest, "\(error)."), as: form, accept: accept)
      } catch {
        service.report(error, route)
        return service.answer(to: .internalError, as: form, accept: accept)
      }
    }
  }

  static func json(_ value: some Encodable) throws -> Response {
    var fields = HTTPFields()
    fields[.contentType] = Representation.json.mediaType
    fields[.cacheControl] = "no-store"
    return Response(status: .ok, fields: fields, body: try JSON.encoded(value))
  }

  private static func seed(_ text: String?) throws(Problem) -> UInt64 {
    guard let text else { return 1 }
    guard let seed = UInt64(text) else {
      throw Problem(.badRequest, "seed is a whole number from 0 to \(UInt64.max).")
    }
    return seed
  }
}
