public import HTTPTypes
import KnowledgeBase

/// Every place of the service: requests are read into it, links are made from it.
public enum Route: Hashable, Sendable {
  case home
  /// `/kb?q=`: the search box.
  case search
  /// `/kb/Q179827` in HTML, JSON or text as the client prefers; the id as it was written.
  case article(String)
  /// `/kb/Q179827.json` and `/kb/Q179827.txt`.
  case articleFile(String, Representation)
  case check
  case diagnose
  case asset(String)
  case health
  case products
  case articleRecord(String)
  case fix(String)
  case diagnoses
  case simulations

  /// The route of a decoded path; nil if there is none.
  public init?(path: [String]) {
    switch (path.first, path.count) {
    case (nil, _): self = .home
    case ("kb", 1): self = .search
    case ("kb", 2): self = Self.article(named: path[1])
    case ("check", 1): self = .check
    case ("diagnose", 1): self = .diagnose
    case ("assets", 2): self = .asset(path[1])
    case ("healthz", 1): self = .health
    case ("api", 3...) where path[1] == "v1":
      guard let route = Self.api(Array(path[2...])) else { return nil }
      self = route
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
    case ("articles", 2): .articleRecord(path[1])
    case ("articles", 3) where path[2] == "fix": .fix(path[1])
    case ("diagnoses", 1): .diagnoses
    case ("simulations", 1): .simulations
    default: nil
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
    case .diagnose: "/diagnose"
    case .asset(let name): "/assets/\(name)"
    case .health: "/healthz"
    case .products: "/api/v1/products"
    case .articleRecord(let id): "/api/v1/articles/\(id)"
    case .fix(let id): "/api/v1/articles/\(id)/fix"
    case .diagnoses: "/api/v1/diagnoses"
    case .simulations: "/api/v1/simulations"
    }
  }

  /// The methods that the route answers, for `Allow`.
  public var methods: [HTTPRequest.Method] {
    switch self {
    case .diagnoses, .simulations: [.post, .options]
    case .diagnose: [.get, .head, .post, .options]
    default: [.get, .head, .options]
    }
  }

  /// Whether this is a page for people: its errors are pages too.
  var isPage: Bool {
    switch self {
    case .home, .search, .article, .check, .diagnose: true
    default: false
    }
  }
}

/// In what form an article can be had.
public enum Representation: Hashable, Sendable, CaseIterable {
  case html, json, text

  var mediaType: String {
    switch self {
    case .html: "text/html; charset=utf-8"
    case .json: "application/json"
    case .text: "text/plain; charset=utf-8"
    }
  }

  /// The ending of a path that asks for this form; empty for the form without one.
  var suffix: String {
    switch self {
    case .html: ""
    case .json: ".json"
    case .text: ".txt"
    }
  }
}
