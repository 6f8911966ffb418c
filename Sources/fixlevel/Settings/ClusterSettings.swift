import ArgumentParser
import FleetPrometheus

/// What keeps the fleet: the values of `--fleet-store`.
enum FleetStoreChoice: String, ExpressibleByArgument {
  case sqlite, prometheus
}

/// The rows of the settings table about a fleet in a metrics engine.
extension Setting {
  static let fleetStore = Setting(
    "fleet-store", default: Defaults.fleetStore.rawValue,
    help: "Where the fleet is kept: sqlite (fleet.sqlite) or prometheus (a metrics engine).",
    commands: [.serve])
  static let seriesURL = Setting(
    "series-url",
    help: "Base of the engine's Prometheus API, such as http://127.0.0.1:8428.",
    commands: [.serve])
  static let seriesWriteURL = Setting(
    "series-write-url", default: "api/v1/write below the base",
    help: "Address that takes Prometheus remote write.", commands: [.serve, .export])
  static let seriesTenancy = Setting(
    "series-tenancy", default: Defaults.seriesTenancy.rawValue,
    help: "What keeps tenants apart: the label tenant, or the header X-Scope-OrgID.",
    commands: [.serve, .export])
  static let seriesLookback = Setting(
    "series-lookback", default: "\(Defaults.seriesLookback)",
    help: "Days of samples that are looked at, or sent.",
    commands: [.serve, .export])
  static let seriesSeconds = Setting(
    "series-seconds", default: "\(Defaults.seriesSeconds)",
    help: "Seconds that one request to the engine may take.",
    commands: [.serve, .export])
  static let seriesConnections = Setting(
    "series-connections", default: "\(Defaults.seriesConnections)",
    help: "Connections to the engine.", commands: [.serve])
  static let evaluateSeconds = Setting(
    "evaluate-seconds", default: "\(Defaults.evaluateSeconds)",
    help: "Seconds after which a host that goes on sending is diagnosed again.",
    commands: [.serve])
  static let shard = Setting(
    "shard", default: "\(Defaults.shard)",
    help: "The part of the hosts to diagnose in the background, such as 2/5.", commands: [.serve])
  static let tokenFile = Setting(
    "token-file", default: "the data directory's tokens",
    help: "File of tokens' hashes that all servers of a fleet share.",
    commands: [.serve, .tokenCreate, .tokenList, .tokenRevoke])
}
