import ArgumentParser
import Cluster
import Diagnosis
import Foundation
import Service
import Storage

/// `fixlevel export`: the fleet of a data directory into a metrics engine.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send the fleet of a data directory to a metrics engine, by remote write.",
    discussion: """
      Works while no server runs on the data directory, or on a backup. What was sent before may be \
      sent again. Engines refuse samples that are older than they keep.
      """)

  @Option(name: .setting(.seriesWriteURL), help: .setting(.seriesWriteURL))
  var seriesWriteURL: EngineURL

  @Option(name: .setting(.seriesTenancy), help: .setting(.seriesTenancy))
  var seriesTenancy = ClusterConfiguration.Tenancy.label

  @Option(name: .setting(.seriesLookback), help: .setting(.seriesLookback))
  var seriesLookback = Days.seriesLookback

  @Option(name: .setting(.seriesSeconds), help: .setting(.seriesSeconds))
  var seriesSeconds = 30

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
    let count = try FleetTransfer(
      source: source, target: target, days: seriesLookback, now: FleetClock.system.now()
    ).run()
    try source.close()
    _ = consume lock
    return count
  }
}

/// All hosts of one store on their way into another.
private struct FleetTransfer {
  let source: FleetDatabase
  let target: PrometheusFleet
  let days: Days
  let now: Timestamp

  struct Count {
    var hosts = 0
    var samples = 0
  }

  func run() throws -> Count {
    var count = Count()
    for tenant in Set(try source.tokens().map(\.tenant)).sorted() {
      var cursor: HostCursor?
      repeat {
        let page = try source.hosts(of: tenant, HostSelection(limit: 100, cursor: cursor))
        for host in page.items {
          count.samples += try send(host)
          count.hosts += 1
        }
        cursor = page.next
      } while cursor != nil
    }
    return count
  }

  private func send(_ host: FleetHost) throws -> Int {
    let series = try source.series(
      of: host,
      SeriesSelection(from: Timestamp(milliseconds: now.milliseconds - days.milliseconds)))
    var upload = FleetUpload(tenant: host.tenant, series: series, received: now)
    if !host.isDeclared { upload.descriptions[host.name] = host.description }
    do {
      let receipt = try target.store(upload)
      if host.isDeclared {
        try target.importDeclaration(host.description, of: host.name, tenant: host.tenant)
      }
      return receipt.acceptedSamples
    } catch let error as FleetError {
      throw ProgramFailure(
        .unavailable,
        "the engine did not take \(host.name) of \(host.tenant): \(error); what was sent before is "
          + "there, and may be sent again")
    }
  }
}
