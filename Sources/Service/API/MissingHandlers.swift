import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `GET /api/v1/missing`: what a level lacks, as JSON in parts, as CSV or NDJSON whole.
  ///
  /// - Parameter pathForm: The form that the path says.
  func missing(_ pathForm: Representation?) throws -> Answer {
    let form = try pathForm ?? Self.form(query, accept: request.fields[.accept])
    let machine = try MachineLevel(query, service.catalogue)
    let words = try SearchQuery.asked(try query.value("q") ?? "")
    let part = try PageRequest(query)
    return .document { [service, path] store, cancellation in
      let list = MissingList(machine: machine, query: words.isEmpty ? nil : words)
      var fields = HTTPFields()
      let body: [UInt8]
      switch form {
      case .csv, .ndjson:
        var table = MissingTable(form)
        if part.isExplicit {
          let page = try store.missing(list, part)
          for item in page.items { try table.append(item) }
          fields = .next(path, list.parameters(part, form, next: page.next))
        } else {
          try store.forEachMissing(
            product: machine.product.id, at: machine.level, query: list.query
          ) { article in
            if cancellation.isCancelled { throw Problem.cancelled }
            try table.append(article)
          }
        }
        body = table.bytes
      case .json, .html, .text:
        let page = try store.missing(list, part)
        fields = .next(path, list.parameters(part, form, next: page.next))
        body = try JSON.encoded(
          MissingDocument(
            product: machine.product.id, servicePack: machine.level,
            notes: machine.note.map { [$0] } ?? [], items: page.items,
            next: page.next?.description))
      }
      return Document(
        body, mediaType: form.mediaType, modified: service.modified(store),
        negotiated: pathForm == nil ? ["Accept"] : [], fields: fields)
    }
  }

  /// The form that `format` names, else the one that the client prefers.
  private static func form(
    _ parameters: QueryParameters, accept: String?
  ) throws(Problem) -> Representation {
    let offered = [
      ("json", Representation.json), ("csv", .csv), ("ndjson", .ndjson),
    ]
    if let name = try parameters.shortValue("format") {
      guard let form = offered.first(where: { $0.0 == name })?.1 else {
        throw Problem(.badRequest, "format is json, csv or ndjson.")
      }
      return form
    }
    return try ContentNegotiation.form(accept, of: offered.map(\.1), "This list")
  }
}

/// What is asked for.
private struct MissingList {
  var machine: MachineLevel
  var query: SearchQuery?

  func parameters(
    _ part: PageRequest, _ form: Representation, next: PageCursor?
  ) -> [(name: String, value: String?)] {
    [
      ("product", machine.product.id.rawValue), ("service_pack", machine.level.id),
      ("q", query?.text), ("format", form == .json ? nil : String(form.suffix.dropFirst())),
      ("limit", "\(part.limit)"), ("cursor", next?.description),
    ]
  }
}

extension ArticleStore {
  fileprivate func missing(_ list: MissingList, _ part: PageRequest) throws -> MissingPage {
    try missing(
      product: list.machine.product.id, at: list.machine.level, query: list.query,
      limit: part.limit, cursor: part.cursor)
  }
}
