import Bytes
public import HTTPTypes
import KnowledgeBase
public import Web

/// Every place of the service: requests are read into it, links are made from it.
public enum Route: Hashable, Sendable {
  case home
  /// `/kb?q=`: what was found, with facets.
  case search
  /// `/kb/Q179827` in HTML, JSON or text as the client prefers; the id as it was written.
  case article(String)
  /// `/kb/Q179827.json` and `/kb/Q179827.txt`.
  case articleFile(String, Representation)
  case check
  /// `/missing`: what a level lacks.
  case missingPage
  /// `/simulate`: the key at given rates, on an affected and on a fixed kernel.
  case simulate
  case diagnose
  /// `/opensearch.xml`, by which a browser adds this search.
  case openSearch
  /// `/fleet`: all hosts at a glance, for people who signed in.
  case fleetPage
  /// `/fleet/{host}`.
  case hostPage(String)
  case signIn
  case signOut
  /// `/docs`: the API for people.
  case docs
  /// `/openapi.json`: the API for programs.
  case openAPI
  case asset(String)
  case health
  /// `/readyz`: whether what the answers are made of is there.
  case ready
  /// `/metrics`: what the server counts, for Prometheus.
  case metrics
  case products
  case articleRecord(String)
  case fix(String)
  case articles
  case suggestions
  /// `/api/v1/missing`, and `/api/v1/missing.csv` for a form that the path says.
  case missing(Representation?)
  case vex
  case diagnoses
  case simulations
  /// `/v1/query`, as OSV.dev has it.
  case osvQuery
  case osvQueryBatch
  case osvVulnerability(String)
  case fleet(FleetRoute)

  /// The route of a decoded path; nil if there is none.
  public init?(path: [String]) {
    switch (path.first, path.count) {
    case (nil, _): self = .home
    case ("kb", 1): self = .search
    case ("kb", 2): self = Self.article(named: path[1])
    case ("check", 1): self = .check
    case ("missing", 1): self = .missingPage
    case ("simulate", 1): self = .simulate
    case ("diagnose", 1): self = .diagnose
    case ("opensearch.xml", 1): self = .openSearch
    case ("fleet", 1): self = .fleetPage
    case ("fleet", 2): self = .hostPage(path[1])
    case ("sign-in", 1): self = .signIn
    case ("sign-out", 1): self = .signOut
    case ("docs", 1): self = .docs
    case ("openapi.json", 1): self = .openAPI
    case ("assets", 2): self = .asset(path[1])
    case ("healthz", 1): self = .health
    case ("readyz", 1): self = .ready
    case ("metrics", 1): self = .metrics
    case ("api", 3...) where path[1] == "v1":
      guard let route = Self.api(Array(path[2...])) else { return nil }
      self = route
    case ("v1", 2) where path[1] == "metrics": self = .fleet(.otlpMetrics)
    case ("v1", 2) where path[1] == "query": self = .osvQuery
    case ("v1", 2) where path[1] == "querybatch": self = .osvQueryBatch
    case ("v1", 3) where path[1] == "vulns": self = .osvVulnerability(path[2])
    default: return nil
    }
  }

  private static func article(named name: String) -> Route {
    for representation in [Representation.json, .text] where name.hasSuffix(representation.suffix) {
      return .articleFile(String(name.dropLast(representation.suffix.count)), representation)
    }
    return .article(name)
  }

  private static func api(_ path: [String]) -> Route? {
    switch (path.first, path.count) {
    case ("products", 1): .products
    case ("articles", 1): .articles
    case ("articles", 2): .articleRecord(path[1])
    case ("articles", 3) where path[2] == "fix": .fix(path[1])
    case ("suggestions", 1): .suggestions
    case ("missing", 1): .missing(nil)
    case (let name?, 1) where name.hasPrefix("missing."):
      [Representation.json, .csv, .ndjson].first { name == "missing" + $0.suffix }
        .map { .missing($0) }
    case ("vex", 1): .vex
    case ("diagnoses", 1): .diagnoses
    case ("simulations", 1): .simulations
    default: FleetRoute(path: path).map { .fleet($0) }
    }
  }

  /// The path to link to.
  public var path: String {
    switch self {
    case .home: "/"
    case .search: "/kb"
    case .article(let id): "/kb/\(id)"
    case .articleFile(let id, let representation): "/kb/\(id)\(representation.suffix)"
    case .check: "/check"
    case .missingPage: "/missing"
    case .simulate: "/simulate"
    case .diagnose: "/diagnose"
    case .openSearch: "/opensearch.xml"
    case .fleetPage: "/fleet"
    case .hostPage(let name): "/fleet/\(PercentCoding.encode(name))"
    case .signIn: "/sign-in"
    case .signOut: "/sign-out"
    case .docs: "/docs"
    case .openAPI: "/openapi.json"
    case .asset(let name): "/assets/\(name)"
    case .health: "/healthz"
    case .ready: "/readyz"
    case .metrics: "/metrics"
    case .products: "/api/v1/products"
    case .articleRecord(let id): "/api/v1/articles/\(id)"
    case .fix(let id): "/api/v1/articles/\(id)/fix"
    case .articles: "/api/v1/articles"
    case .suggestions: "/api/v1/suggestions"
    case .missing(let form): "/api/v1/missing" + (form?.suffix ?? "")
    case .vex: "/api/v1/vex"
    case .diagnoses: "/api/v1/diagnoses"
    case .simulations: "/api/v1/simulations"
    case .osvQuery: "/v1/query"
    case .osvQueryBatch: "/v1/querybatch"
    case .osvVulnerability(let id): "/v1/vulns/\(id)"
    case .fleet(let route): route.path
    }
  }

  /// The methods that the route answers, for `Allow`.
  public var methods: [HTTPRequest.Method] {
    switch self {
    case .diagnoses, .simulations, .osvQuery, .osvQueryBatch: [.post, .options]
    case .signOut: [.post, .options]
    case .diagnose, .signIn: [.get, .head, .post, .options]
    case .fleet(let route): route.methods
    default: [.get, .head, .options]
    }
  }

  /// The form of its errors for clients that take any.
  var errorForm: ErrorForm {
    switch self {
    case .home, .search, .article, .check, .missingPage, .simulate, .diagnose, .fleetPage,
      .hostPage, .signIn, .signOut, .docs:
      .page
    case .osvQuery, .osvQueryBatch, .osvVulnerability: .osv
    default: .problem
    }
  }
}

/// How a route tells what went wrong.
enum ErrorForm {
  /// A page for people.
  case page
  /// A problem document.
  case problem
  /// `{"code","message"}`, which the clients of OSV.dev read.
  case osv
}
