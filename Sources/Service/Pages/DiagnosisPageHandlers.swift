import ArticleStore
import Compression
import Diagnosis
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import Telemetry
import UseCases
import Web

extension Call {
  /// `GET /diagnose`: the form, and with `sample` the diagnosis of the sample log.
  func diagnoseForm() throws -> Answer {
    let catalogue = service.catalogue
    guard try query.value(SampleLog.parameter) != nil else {
      return page(.diagnose) { _ in DiagnoseFormPage(catalogue) }
    }
    return .document { [service, modified] store, cancellation in
      guard let log = service.files.assets[SampleLog.fileName] else {
        throw Problem(.notFound, "This server has no sample log.")
      }
      let upload = try UploadBody.upload(
        CollectedBytes(log.bytes), contentType: nil, receivedAt: .present(),
        cancellation: cancellation)
      let job = DiagnosisJob(
        article: try store.mainArticle(), catalogue: catalogue, host: SampleLog.host)
      var diagnosis = try service.meter.diagnoses.timing(.request) {
        try job.diagnosis(of: upload) { cancellation.isCancelled }
      }
      try RelatedArticles(store, catalogue: catalogue).add(to: &diagnosis)
      let model = try DiagnosisPage(
        diagnosis, series: upload.series, catalogue: catalogue, isSample: true)
      return Document(
        service.files.render(.diagnosis, model), mediaType: Representation.html.mediaType,
        modified: modified, fields: .page)
    }
  }

  /// `POST /diagnose`: a form with a file or a pasted text. Nothing is stored.
  func diagnosePage() throws -> Answer {
    let body = try UploadBody(request.fields, bytesMax: service.bodyBytesMax)
    let contentType = try MultipartForm.contentType(request.fields)
    let takesGzip = ContentNegotiation.acceptsGzip(request.fields[.acceptEncoding])
    return .collect(limit: service.bodyBytesMax) { [service] bytes, cancellation in
      let form = try MultipartForm(try body.decoded(bytes).joined, contentType: contentType)
      guard let log = form.file("file") ?? form.file("text") else {
        throw Problem(.badRequest, "The form holds neither a file nor a pasted text.")
      }
      let upload = try UploadBody.upload(
        CollectedBytes(Array(log.body)), contentType: nil, receivedAt: .present(),
        options: try UploadOptions(
          dateOrder: form.filled("date_order"), timeZone: form.filled("time_zone"),
          process: form.filled("process")),
        cancellation: cancellation)
      let level = form.text("service_pack").flatMap { $0 == FormChoices.unknownLevel ? nil : $0 }
      var job = DiagnosisJob(
        article: try service.knowledgeBase.withStore { try $0.mainArticle() },
        catalogue: service.catalogue,
        host: HostDescription(product: form.text("product"), servicePack: level))
      job.asOf = .present()
      var diagnosis = try service.meter.diagnoses.timing(.request) {
        try job.diagnosis(of: upload) { cancellation.isCancelled }
      }
      try service.addRelated(to: &diagnosis)
      if form.text("answer") == "file" {
        return service.report(diagnosis, series: upload.series, compressed: takesGzip)
      }
      let page = try DiagnosisPage(diagnosis, series: upload.series, catalogue: service.catalogue)
      return .unstored(
        service.files.render(.diagnosis, page), fields: .page, compressed: takesGzip)
    }
  }
}

extension Response {
  /// An answer that nobody keeps on the way.
  fileprivate static func unstored(
    _ body: [UInt8], fields: HTTPFields, compressed: Bool
  ) -> Response {
    var fields = fields
    fields[.contentType] = Representation.html.mediaType
    fields[.cacheControl] = "no-store"
    guard compressed, let smaller = Gzip.compressed(body) else {
      return Response(status: .ok, fields: fields, body: body)
    }
    fields[.contentEncoding] = "gzip"
    return Response(status: .ok, fields: fields, body: smaller)
  }
}

extension Service {
  /// The diagnosis as a file that a browser saves.
  fileprivate func report(
    _ diagnosis: Diagnosis, series: [HandleSeries], compressed: Bool
  ) -> Response {
    var fields = HTTPFields.page
    fields[.contentDisposition] =
      "attachment; filename=\"\(DiagnosisPage.fileName(diagnosis.host.name)).html\""
    let report = DiagnosisReport(diagnosis, series: series, files: files)
    return .unstored(
      files.render(.report, report), fields: fields, compressed: compressed)
  }
}
