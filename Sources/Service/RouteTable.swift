import Fleet
import Web

/// All places of the service.
extension Route {
  static let all: [Route] = pages + operations + api + osv + fleet

  /// The template of what is no route.
  static let unknownTemplate = "unknown"
}

// MARK: Pages

extension Route {
  static let home = Route("/", errors: .page, get: { $0.home() })
  /// `/kb?q=`: what was found, with facets.
  static let search = Route("/kb", errors: .page, get: { try $0.search() })
  /// In HTML, JSON or text as the client prefers.
  static let article = Route("/kb/{id}", errors: .page, get: { try $0.article() })
  static let articleJSON = Route("/kb/{id}.json", errors: .problem, get: { $0.articleFile(.json) })
  static let articleText = Route("/kb/{id}.txt", errors: .problem, get: { $0.articleFile(.text) })
  static let check = Route("/check", errors: .page, get: { try $0.check() })
  /// What a level lacks.
  static let missingPage = Route("/missing", errors: .page, get: { try $0.missingPage() })
  /// The key at given rates, on an affected and on a fixed kernel.
  static let simulate = Route("/simulate", errors: .page, get: { try $0.simulatePage() })
  static let diagnose = Route(
    "/diagnose", errors: .page, get: { try $0.diagnoseForm() }, post: { try $0.diagnosePage() })
  /// By which a browser adds this search.
  static let openSearch = Route(
    "/opensearch.xml", errors: .problem, isShared: false, get: { try $0.openSearch() })
  /// All hosts at a glance, for people who signed in.
  static let fleetPage = Route("/fleet", errors: .page, get: { try $0.fleetPages().fleetPage() })
  static let hostPage = Route(
    "/fleet/{host}", errors: .page, get: { try $0.fleetPages().hostPage($0["host"]) })
  static let signIn = Route(
    "/sign-in", errors: .page, get: { try $0.fleetPages().signInForm() },
    post: { try $0.fleetPages().signIn() })
  static let signOut = Route("/sign-out", errors: .page, post: { try $0.fleetPages().signOut() })
  /// The API for people.
  static let docs = Route("/docs", errors: .page, get: { $0.docs() })
  static let asset = Route(
    "/assets/{name}", errors: .problem, isShared: false, get: { try $0.asset() })

  private static let pages = [
    home, search, article, articleJSON, articleText, check, missingPage, simulate, diagnose,
    openSearch, fleetPage, hostPage, signIn, signOut, docs, asset,
  ]
}

// MARK: For those who run the server

extension Route {
  static let health = Route("/healthz", errors: .problem, get: { $0.health() })
  /// Whether what the answers are made of is there.
  static let ready = Route("/readyz", errors: .problem, get: { $0.ready() })
  /// What the server counts, for Prometheus.
  static let metrics = Route(
    "/metrics", errors: .problem, isShared: false, get: { try $0.metrics() })
  /// The API for programs.
  static let openAPI = Route("/openapi.json", errors: .problem, get: { $0.openAPI() })

  private static let operations = [health, ready, metrics, openAPI]
}

// MARK: The API

extension Route {
  static let products = Route("/api/v1/products", errors: .problem, get: { $0.products() })
  static let articles = Route("/api/v1/articles", errors: .problem, get: { try $0.articles() })
  static let articleRecord = Route(
    "/api/v1/articles/{id}", errors: .problem, get: { $0.articleRecord() })
  static let fix = Route("/api/v1/articles/{id}/fix", errors: .problem, get: { try $0.fix() })
  static let suggestions = Route(
    "/api/v1/suggestions", errors: .problem, get: { try $0.suggestions() })
  static let missing = Route("/api/v1/missing", errors: .problem, get: { try $0.missing(nil) })
  static let missingJSON = Route(
    "/api/v1/missing.json", errors: .problem, get: { try $0.missing(.json) })
  static let missingCSV = Route(
    "/api/v1/missing.csv", errors: .problem, get: { try $0.missing(.csv) })
  static let missingNDJSON = Route(
    "/api/v1/missing.ndjson", errors: .problem, get: { try $0.missing(.ndjson) })
  static let vex = Route("/api/v1/vex", errors: .problem, get: { try $0.vex() })
  static let diagnoses = Route("/api/v1/diagnoses", errors: .problem, post: { try $0.diagnoses() })
  static let simulations = Route(
    "/api/v1/simulations", errors: .problem, post: { try $0.simulations() })

  private static let api = [
    products, articles, articleRecord, fix, suggestions, missing, missingJSON, missingCSV,
    missingNDJSON, vex, diagnoses, simulations,
  ]
}

// MARK: As OSV.dev has it

extension Route {
  static let osvQuery = Route("/v1/query", errors: .osv, post: { try $0.osvQuery() })
  static let osvQueryBatch = Route("/v1/querybatch", errors: .osv, post: { try $0.osvQueryBatch() })
  static let osvVulnerability = Route(
    "/v1/vulns/{id}", errors: .osv, get: { $0.osvVulnerability() })

  private static let osv = [osvQuery, osvQueryBatch, osvVulnerability]
}

// MARK: The fleet, which needs a token

extension Route {
  static let telemetry = Route(
    "/api/v1/telemetry", errors: .problem, post: { try $0.admitted(.upload).telemetry() })
  /// Where Prometheus' remote write goes.
  static let remoteWrite = Route(
    "/api/v1/write", errors: .problem, post: { try $0.admitted(.upload).remoteWrite() })
  /// Prometheus' text, at VictoriaMetrics' path.
  static let prometheusImport = Route(
    "/api/v1/import/prometheus", errors: .problem,
    post: { try $0.admitted(.upload).prometheusImport() })
  /// The path that OTLP prescribes.
  static let otlpMetrics = Route(
    "/v1/metrics", errors: .otlp, post: { try $0.admitted(.upload).otlpMetrics() })
  static let hosts = Route(
    "/api/v1/hosts", errors: .problem, get: { try $0.admitted(.read).hosts() })
  static let host = Route(
    "/api/v1/hosts/{host}", errors: .problem, get: { try $0.admitted(.read).host() },
    put: { try $0.admitted(.admin).declare() })
  static let diagnosis = Route(
    "/api/v1/hosts/{host}/diagnosis", errors: .problem,
    get: { try $0.admitted(.read).diagnosis() })
  static let series = Route(
    "/api/v1/hosts/{host}/series", errors: .problem, get: { try $0.admitted(.read).series(nil) })
  static let seriesJSON = Route(
    "/api/v1/hosts/{host}/series.json", errors: .problem,
    get: { try $0.admitted(.read).series(.json) })
  static let seriesCSV = Route(
    "/api/v1/hosts/{host}/series.csv", errors: .problem,
    get: { try $0.admitted(.read).series(.csv) })
  static let summary = Route(
    "/api/v1/fleet", errors: .problem, get: { try $0.admitted(.read).summary() })

  static let fleet = [
    telemetry, remoteWrite, prometheusImport, otlpMetrics, hosts, host, diagnosis, series,
    seriesJSON, seriesCSV, summary,
  ]
}
