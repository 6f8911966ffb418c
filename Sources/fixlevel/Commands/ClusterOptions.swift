public import ArgumentParser
public import FleetPrometheus
import Foundation

/// Where a fleet in a metrics engine is.
struct ClusterOptions: ParsableArguments {
  @Option(name: .setting(.fleetStore), help: .setting(.fleetStore))
  var fleetStore = Defaults.fleetStore

  @Option(name: .setting(.seriesURL), help: .setting(.seriesURL))
  var seriesURL: EngineURL?

  @Option(name: .setting(.seriesWriteURL), help: .setting(.seriesWriteURL))
  var seriesWriteURL: EngineURL?

  @Option(name: .setting(.seriesTenancy), help: .setting(.seriesTenancy))
  var seriesTenancy = Defaults.seriesTenancy

  @Option(name: .setting(.seriesLookback), help: .setting(.seriesLookback))
  var seriesLookback = Defaults.seriesLookback

  @Option(name: .setting(.seriesSeconds), help: .setting(.seriesSeconds))
  var seriesSeconds = Defaults.seriesSeconds

  @Option(name: .setting(.seriesConnections), help: .setting(.seriesConnections))
  var seriesConnections = Defaults.seriesConnections

  @Option(name: .setting(.evaluateSeconds), help: .setting(.evaluateSeconds))
  var evaluateSeconds = Defaults.evaluateSeconds

  @Option(name: .setting(.shard), help: .setting(.shard))
  var shard = Defaults.shard

  @Option(name: .setting(.tokenFile), help: .setting(.tokenFile))
  var tokenFile: String?

  var file: URL? { tokenFile.map { URL(filePath: $0) } }

  func validate() throws {
    for (setting, value, range) in [
      (Setting.seriesSeconds, seriesSeconds, 1...3_600),
      (.seriesConnections, seriesConnections, 1...1_000),
      (.evaluateSeconds, evaluateSeconds, 1...86_400 * 30),
    ] where !range.contains(value) {
      throw ValidationError(
        "\(setting.flag) takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    guard fleetStore == .prometheus else { return }
    guard seriesURL != nil, tokenFile != nil else {
      throw ValidationError(
        "a fleet in a metrics engine needs \(Setting.seriesURL.flag) and \(Setting.tokenFile.flag)")
    }
  }

  /// Nil for a fleet in the data directory.
  func configuration() throws -> ClusterConfiguration? {
    guard fleetStore == .prometheus, let seriesURL else { return nil }
    var configuration = ClusterConfiguration(
      readURL: seriesURL.url, writeURL: seriesWriteURL?.url)
    configuration.tenancy = seriesTenancy
    configuration.lookbackDays = seriesLookback.count
    configuration.timeLimit = .seconds(seriesSeconds)
    configuration.connectionsMax = seriesConnections
    configuration.evaluationInterval = evaluateSeconds
    configuration.shard = shard
    return configuration
  }
}

/// The address of an engine, or of a part of it.
struct EngineURL: ExpressibleByArgument {
  let url: URL

  init?(argument: String) {
    guard let url = URL(string: argument), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), url.host()?.isEmpty == false, url.query() == nil
    else { return nil }
    self.url = url
  }
}

extension ClusterConfiguration.Tenancy: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }

  public var defaultValueDescription: String { description }
}
