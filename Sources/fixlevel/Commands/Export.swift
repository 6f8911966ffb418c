import ArgumentParser
import FleetPrometheus
import FleetSQLite
import Foundation
import Service
import System
import UseCases

/// `fixlevel export`: the fleet of a data directory into a metrics engine.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Send the fleet of a data directory to a metrics engine, by remote write.",
    discussion: """
      Works while no server runs on the data directory, or on a backup. What was sent before may be \
      sent again. Engines refuse samples that are older than they keep.
      """)

  @Option(name: .setting(.seriesWriteURL), help: .setting(.seriesWriteURL))
  var seriesWriteURL: EngineURL

  @Option(name: .setting(.seriesTenancy), help: .setting(.seriesTenancy))
  var seriesTenancy = Defaults.seriesTenancy

  @Option(name: .setting(.seriesLookback), help: .setting(.seriesLookback))
  var seriesLookback = Defaults.seriesLookback

  @Option(name: .setting(.seriesSeconds), help: .setting(.seriesSeconds))
  var seriesSeconds = Defaults.seriesSeconds

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func validate() throws {
    guard (1...3_600).contains(seriesSeconds) else {
      throw ValidationError("\(Setting.seriesSeconds.flag) takes a number from 1 to 3600")
    }
  }

  func run() throws {
    let count = try ProgramFailure.mapping { try send() }
    try Console.print("\(count.hosts) hosts, \(count.samples) samples")
  }

  private func send() throws -> FleetTransfer.Count {
    let lock = try DataDirectoryLock(directory: knowledgeBase.directory)
    let source = try FleetDatabase(
      directory: knowledgeBase.directory, lockedBy: lock,
      migrations: try knowledgeBase.migrations("fleet"))
    // Nothing is read from the engine.
    var configuration = ClusterConfiguration(
      readURL: seriesWriteURL.url, writeURL: seriesWriteURL.url)
    configuration.tenancy = seriesTenancy
    configuration.timeLimit = .seconds(seriesSeconds)
    let target = PrometheusFleet(configuration, tenants: { [] }, now: FleetClock.system.now)
    defer { target.close() }
    let count: FleetTransfer.Count
    do {
      count = try FleetTransfer(
        source: source, target: target, days: seriesLookback.count, now: FleetClock.system.now()
      ).run()
    } catch let refusal as FleetTransfer.Refusal {
      throw ProgramFailure(.unavailable, "\(refusal)")
    }
    try source.close()
    _ = consume lock
    return count
  }
}
