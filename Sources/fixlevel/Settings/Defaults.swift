import ArticleStore
import Diagnosis
import Fleet
import FleetPrometheus
import Foundation
import HTTPServer
import HTTPWire
import Logging
import Service

/// What a setting is where nobody sets it: the options begin with these values, and the table shows them.
/// Where a module has a default of its own it is taken from there.
enum Defaults {
  static let host = ServerConfiguration().host
  static let port: UInt16 = 8080
  static let dataDir = "./data"
  static let limits = Limits()
  static let queryMilliseconds = Int(ArticleStore.timeLimit / .milliseconds(1))
  static let drainDelaySeconds = 0
  static let metrics = Exposure().metrics
  static let logLevel = Logger.Level.info
  static let logFormat = LineLogHandler.Format.text

  static let searchLimit = ArticleStore.pageDefault
  static let seed = Assumptions.seed
  static let closesPerHour = 0.0
  static let touchesPerHour = Assumptions.touchesPerHour
  static let hours = Assumptions.horizonHours
  static let hazard = SimulationParameters.defaultHazard
  static let closeAtZero = CloseAtZero.article
  static let keys = 1

  static let fullResolution = Days(count: RetentionPolicy.fullResolutionDaysDefault)
  static let tenant = "default"
  static let fleetStore = FleetStoreChoice.sqlite
  /// Of an engine that nobody has named: only its other members count.
  private static let engine = ClusterConfiguration(readURL: URL(filePath: "/"))
  static let seriesTenancy = engine.tenancy
  static let seriesLookback = Days(count: engine.lookbackDays)
  static let seriesSeconds = Int(engine.timeLimit / .seconds(1))
  static let seriesConnections = engine.connectionsMax
  static let evaluateSeconds = engine.evaluationInterval
  static let shard = engine.shard
}
