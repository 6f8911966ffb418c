import Web

extension Route {
  /// The template of what is no route.
  static let unknownTemplate = "unknown"

  /// The path with the names of its parameters in the place of what a client chose, as in OpenAPI: there
  /// are as many as routes.
  var template: String {
    switch self {
    case .article: "/kb/{id}"
    case .articleFile(_, let form): "/kb/{id}\(form.suffix)"
    case .hostPage: "/fleet/{host}"
    case .asset: "/assets/{name}"
    case .articleRecord: "/api/v1/articles/{id}"
    case .fix: "/api/v1/articles/{id}/fix"
    case .osvVulnerability: "/v1/vulns/{id}"
    case .fleet(.host): "/api/v1/hosts/{host}"
    case .fleet(.diagnosis): "/api/v1/hosts/{host}/diagnosis"
    case .fleet(.series(_, let form)): "/api/v1/hosts/{host}/series\(form?.suffix ?? "")"
    default: path
    }
  }

  /// Whether scripts of other origins may be let in: the API, but neither pages nor what runs the server.
  var isShared: Bool {
    switch self {
    case .asset, .openSearch, .metrics: false
    default: errorForm != .page
    }
  }
}
