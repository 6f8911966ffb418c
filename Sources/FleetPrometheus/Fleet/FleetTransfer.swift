public import Fleet
public import Handles

/// Copies all hosts of a database into a metrics engine: the samples of the last days, and what people
/// declared and uploads reported.
///
/// A transfer may be repeated: the engine stores a sample once for each series and time. The database
/// doesn't know when something was declared or reported, so it counts as said at the time of the host's
/// last sample. Anything said later in the engine takes precedence.
public struct FleetTransfer {
  /// How much was sent.
  public struct Count: Hashable, Sendable {
    /// Hosts, including those without samples in the selected days.
    public var hosts = 0
    /// Samples that the engine has accepted.
    public var samples = 0
  }

  /// A host that the engine refused. What was sent before it is stored.
  public struct Refusal: Error, CustomStringConvertible {
    /// The host that the engine refused.
    public var host: String
    /// The tenant that the host belongs to.
    public var tenant: String
    /// Why the engine refused it.
    public var reason: FleetError

    /// The host, the reason, and that the transfer can be run again.
    public var description: String {
      "the engine did not take \(host) of \(tenant): \(reason); what was sent before is there, and "
        + "may be sent again"
    }
  }

  private let source: any ExportableFleet
  private let target: PrometheusFleet
  private let from: Timestamp?
  private let now: Timestamp

  /// A transfer that has not begun.
  ///
  /// - Parameter days: Days before `now` whose samples are sent. Older ones are left out.
  public init(source: any ExportableFleet, target: PrometheusFleet, days: Int, now: Timestamp) {
    self.source = source
    self.target = target
    self.now = now
    from = Timestamp(milliseconds: now.milliseconds - Int64(days) * Timestamp.millisecondsPerDay)
  }

  /// Sends all hosts, tenant by tenant, and stops at the first that the engine refuses.
  ///
  /// - Throws: `Refusal`, `StorageError`.
  public func run() throws -> Count {
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
    let said = said(of: host)
    let (declared, reported) = try source.statements(of: host)
    var upload = FleetUpload(
      tenant: host.tenant, series: try source.series(of: host, SeriesSelection(from: from)),
      received: said)
    upload.descriptions[host.name] = reported
    do {
      // First, so that no diagnosis of the samples is without it.
      if host.isDeclared {
        try target.importDeclaration(declared, of: host.name, tenant: host.tenant, said: said)
      }
      return try target.store(upload).acceptedSamples
    } catch let error as FleetError {
      throw Refusal(host: host.name, tenant: host.tenant, reason: error)
    }
  }

  /// Now for hosts that no samples are sent of: the engine may not take what is older.
  private func said(of host: FleetHost) -> Timestamp {
    guard let last = host.lastSample, let from, last >= from else { return now }
    return min(last, now)
  }
}
