import Bytes
import HTTPTypes
public import Web

/// The places of the fleet, which need a token.
public enum FleetRoute: Hashable, Sendable {
  case telemetry
  /// Where Prometheus' remote write goes.
  case remoteWrite
  /// Prometheus' text, at VictoriaMetrics' path.
  case prometheusImport
  /// `/v1/metrics`, which OTLP prescribes.
  case otlpMetrics
  case hosts
  case host(String)
  case diagnosis(String)
  /// `/hosts/{host}/series`, and `series.csv` for a form that the path says.
  case series(String, Representation?)
  case summary

  /// The route of what follows `/api/v1` in a decoded path; nil if there is none.
  init?(path: [String]) {
    switch (path.first, path.count) {
    case ("telemetry", 1): self = .telemetry
    case ("write", 1): self = .remoteWrite
    case ("import", 2) where path[1] == "prometheus": self = .prometheusImport
    case ("hosts", 1): self = .hosts
    case ("hosts", 2): self = .host(path[1])
    case ("hosts", 3) where path[2] == "diagnosis": self = .diagnosis(path[1])
    case ("hosts", 3) where path[2] == "series": self = .series(path[1], nil)
    case ("hosts", 3) where path[2] == "series.csv": self = .series(path[1], .csv)
    case ("hosts", 3) where path[2] == "series.json": self = .series(path[1], .json)
    case ("fleet", 1): self = .summary
    default: return nil
    }
  }

  /// The path to link to.
  var path: String {
    switch self {
    case .telemetry: "/api/v1/telemetry"
    case .remoteWrite: "/api/v1/write"
    case .prometheusImport: "/api/v1/import/prometheus"
    case .otlpMetrics: "/v1/metrics"
    case .hosts: "/api/v1/hosts"
    case .host(let name): "/api/v1/hosts/\(PercentCoding.encode(name))"
    case .diagnosis(let name): "/api/v1/hosts/\(PercentCoding.encode(name))/diagnosis"
    case .series(let name, let form):
      "/api/v1/hosts/\(PercentCoding.encode(name))/series\(form?.suffix ?? "")"
    case .summary: "/api/v1/fleet"
    }
  }

  /// The methods that the route answers, for `Allow`.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .telemetry, .remoteWrite, .prometheusImport, .otlpMetrics: [.post, .options]
    case .host: [.get, .head, .put, .options]
    default: [.get, .head, .options]
    }
  }
}
