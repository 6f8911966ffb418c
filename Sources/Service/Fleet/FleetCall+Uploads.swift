import Bytes
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import System
import Telemetry
import UseCases
import Web

extension FleetCall {
  /// Bytes of the body that says what a host is.
  private static let declarationBytesMax = 16 * 1024
  private static let keyBytesMax = 255

  /// `POST /api/v1/telemetry`: any format.
  func telemetry() throws(Problem) -> Answer {
    try store(UploadKind(codings: [.gzip, .snappy, .identity]))
  }

  /// Decodes an upload and answers when it is on disk. The worker doesn't wait for that, so that as
  /// many uploads share a commit as arrive meanwhile.
  func store(_ kind: UploadKind) throws(Problem) -> Answer {
    let query = query
    let body = try UploadBody(
      request.fields, bytesMax: service.bodyBytesMax, codings: kind.codings)
    let key = try Self.key(request.fields)
    let host = HostDescription(
      name: try query.shortValue("host"), product: try query.shortValue("product"),
      servicePack: try query.shortValue("service_pack"))
    let options = try UploadOptions(query).storing
    if let name = host.name { try Self.check(name) }
    try Self.check(host.product, host.servicePack)
    return .collectDeferred(limit: service.bodyBytesMax) { bytes, cancellation, responder in
      var meter = service.meter.uploads(kind.format?.rawValue)
      do {
        if let seconds = fleet.bytes.take(bytes.count, for: token.id, at: fleet.clock.ticks()) {
          throw Problem.tooMany("This token sent too much.", retryAfter: seconds)
        }
        let decoded = try body.decoded(bytes)
        let now = fleet.clock.now()
        var upload = try kind.upload(
          decoded, of: body, receivedAt: now, options, cancellation)
        meter = service.meter.uploads(upload.format.rawValue)
        try kind.nameHosts(of: &upload, host.name)
        kind.leaveOutOtherCounts(of: &upload)
        let fingerprint = Self.fingerprint(decoded, host, options)
        let received = ReceivedUpload(upload, fingerprint: fingerprint)
        let stored = FleetUpload(
          tenant: token.tenant, series: upload.series,
          descriptions: Self.descriptions(upload, host), received: now, key: key,
          fingerprint: fingerprint)
        store(stored, received, kind, meter, responder)
      } catch {
        meter?.dropped(error)
        throw error
      }
    }
  }

  /// Gives an upload to the store, if there is something to be stored, and answers after the commit.
  private func store(
    _ stored: FleetUpload, _ received: ReceivedUpload, _ kind: UploadKind, _ meter: UploadMeter?,
    _ responder: Responder
  ) {
    if stored.series.isEmpty, stored.descriptions.isEmpty {
      meter?.acknowledged(received)
      return responder.respond(call.answer { try kind.answer(received) })
    }
    fleet.store.store(stored) { result in
      responder.respond(
        call.answer {
          do {
            let receipt = try result.get()
            let acknowledged = received.acknowledged(by: receipt)
            meter?.acknowledged(acknowledged)
            fleet.changed()
            return try kind.answer(acknowledged)
          } catch {
            meter?.dropped(error)
            throw error
          }
        })
    }
  }

  /// `PUT /api/v1/hosts/{host}`: product and level as a person knows them.
  func declare() throws(Problem) -> Answer {
    let name = call["host"]
    try Self.check(name)
    let body = try UploadBody(request.fields, bytesMax: Self.declarationBytesMax)
    return .collect(limit: Self.declarationBytesMax) { bytes, _ in
      let description = try description(try body.decoded(bytes).joined)
      let host = try fleet.store.declare(name, of: token.tenant, as: description)
      fleet.changed()
      return Response.json(JSON.encoded(HostItem(host)))
    }
  }

  private func description(_ body: [UInt8]) throws -> HostDescription {
    let object: JSONObject
    var host = HostDescription()
    do throws(JSONError) {
      object = try JSONObject(body)
      host.product = try object.string("product")
      host.servicePack = try object.string("service_pack")
    } catch {
      throw Problem(
        .badRequest, "The body is not a JSON object of product and service_pack: \(error.detail)",
        errors: [Problem.Fault(line: error.line, column: error.column, detail: error.detail)])
    }
    if let unknown = object.names.first(where: { !["product", "service_pack"].contains($0) }) {
      throw Problem(.badRequest, "A host has no \(unknown.prefix(64)); product and service_pack.")
    }
    try Self.check(host.product, host.servicePack)
    guard let name = host.product else {
      guard host.servicePack == nil else {
        throw Problem(.badRequest, "A level alone means nothing: product is missing.")
      }
      return host
    }
    guard let product = service.catalogue.product(named: name) else {
      throw Problem(
        .badRequest, "No product has this name; \(Route.products.path()) lists the names.")
    }
    host.product = product.id.rawValue
    // Refuses a level that the product never had.
    _ = try FixCheck(.q179827, catalogue: service.catalogue)
      .verdict(FixQuery(product: product.id.rawValue, servicePack: host.servicePack))
    return host
  }

  /// A draft standard (draft-ietf-httpapi-idempotency-key-header) has the key in quotation marks; with
  /// and without them it is the same.
  private static func key(_ fields: HTTPFields) throws(Problem) -> String? {
    guard let value = fields[.idempotencyKey] else { return nil }
    let quoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
    let key = quoted ? String(value.dropFirst().dropLast()) : value
    guard (1...keyBytesMax).contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        .badRequest, "An Idempotency-Key has 1 to \(keyBytesMax) printable ASCII characters.")
    }
    return key
  }

  private static func check(_ name: String) throws(Problem) {
    guard (1...QueryParameters.nameBytesMax).contains(name.utf8.count),
      PrintableName.allows(name)
    else {
      throw Problem(
        .badRequest,
        "A host's name has 1 to \(QueryParameters.nameBytesMax) bytes and no control characters.")
    }
  }

  /// A product and a level as somebody says them, which pages and logs repeat.
  private static func check(_ texts: String?...) throws(Problem) {
    for text in texts {
      guard let text else { continue }
      guard text.utf8.count <= QueryParameters.nameBytesMax, PrintableName.allows(text) else {
        throw Problem(
          .badRequest,
          "A product and a level have at most \(QueryParameters.nameBytesMax) bytes and no control "
            + "characters.")
      }
    }
  }

  /// What the upload says of its hosts. What the query says counts where the upload says nothing and
  /// is about one host.
  private static func descriptions(
    _ upload: TelemetryUpload, _ host: HostDescription
  ) -> [String: HostDescription] {
    var descriptions = upload.hosts
    let (product, level) = (
      upload.host.product ?? host.product, upload.host.servicePack ?? host.servicePack
    )
    let names = Set(upload.series.compactMap(\.host))
    let only = names.count == 1 ? names.first : names.isEmpty ? host.name : nil
    if product != nil || level != nil, let name = only {
      descriptions[name] = HostDescription(name: name, product: product, servicePack: level)
    }
    return descriptions
  }

  /// SHA-256 of all that decides over what is stored.
  private static func fingerprint(
    _ body: CollectedBytes, _ host: HostDescription, _ options: UploadOptions
  ) -> [UInt8] {
    let hasher = SHA256()
    // Without them an upload keeps the fingerprint that it had before there were any.
    for part in [options.dateOrder?.rawValue, options.zone?.name] {
      if let part { hasher.update(Array(part.utf8) + [0]) }
    }
    for part in [host.name, host.product, host.servicePack] {
      hasher.update(Array((part ?? "").utf8) + [0])
    }
    for block in body.blocks { hasher.update(block) }
    return hasher.finalize()
  }
}
