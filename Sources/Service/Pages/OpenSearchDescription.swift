import HTTPTypes
import HTTPWire
import Web

extension Call {
  /// `/opensearch.xml`: what a browser needs to offer this service as a search engine.
  ///
  /// The addresses in it must be absolute, so they come from the request. It is made for this client
  /// alone and nobody may keep it: a forged `Host` reaches only who sent it.
  func openSearch() throws -> Answer {
    guard let origin = request.fields.serverOrigin else {
      throw Problem(.badRequest, "Without Host there is no address to describe.")
    }
    var fields = HTTPFields()
    fields[.contentType] = "application/opensearchdescription+xml; charset=utf-8"
    fields[.cacheControl] = "no-store"
    fields[.xContentTypeOptions] = "nosniff"
    let description = OpenSearchDescription(
      search: origin + Route.search.path() + "?q={searchTerms}",
      suggestions: origin + Route.suggestions.path() + "?format=opensearch&q={searchTerms}",
      icon: origin + Route.asset.path("icon.svg"))
    return .response(
      Response(status: .ok, fields: fields, body: service.files.render(.openSearch, description)))
  }
}

/// The addresses of an OpenSearch 1.1 description document.
struct OpenSearchDescription {
  var search: String
  var suggestions: String
  var icon: String
}
