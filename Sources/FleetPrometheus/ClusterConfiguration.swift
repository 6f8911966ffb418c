public import Foundation

/// Where the series of the fleet live, and what may be asked of it.
public struct ClusterConfiguration: Sendable {
  /// How the data of tenants are kept apart.
  public enum Tenancy: String, CaseIterable, Sendable {
    /// By the label `tenant`, which every series has then: for any engine.
    case label
    /// By the header `X-Scope-OrgID`: for an engine that heeds it, such as Mimir or Cortex. Where it
    /// doesn't, all tenants see all hosts.
    case header
  }

  /// The base of the engine's API: `/api/v1/query` and the like are below it. A user and a password in
  /// it are sent as basic authentication.
  public var readURL: URL
  /// Where remote write goes.
  public var writeURL: URL
  /// How the engine keeps tenants apart.
  public var tenancy = Tenancy.label
  /// Days before now that are looked at.
  public var lookbackDays = 30
  /// Of one request, from its start to its last byte; and the time in which the last request begins
  /// for the series of a host, which may take several.
  public var timeLimit: Duration = .seconds(30)
  /// Connections to the engine, to each of its addresses.
  public var connectionsMax = 16
  /// Uploads that wait for the engine; more are refused.
  public var waitingMax = 256
  /// Bytes of the samples of those uploads, and of the request that each is about to send. One upload
  /// alone may have more.
  public var waitingBytes = 256 << 20
  /// Of one answer, decompressed.
  public var answerBytesMax = 32 << 20
  /// Of all answers that are under way at one time; a request that finds no room fails as busy.
  public var answersBytesMax = 128 << 20
  /// Of one write: uploads that have more go in several.
  public var samplesOfAWriteMax = 50_000
  /// Of one host, read at once: what one upload may have.
  public var samplesOfAReadMax = 5_000_000
  /// Seconds after which a host is diagnosed again that goes on sending.
  public var evaluationInterval = 3_600
  /// Seconds from one look for hosts to diagnose to the next, at least.
  public var scanInterval = 5
  /// Seconds for which a list of all hosts is kept: one is read from two series or more of each.
  public var listInterval = 5
  /// The part of the hosts that this process diagnoses in the background.
  public var shard = Shard.whole

  /// A configuration with the default limits.
  ///
  /// - Parameter writeURL: Where remote write goes; nil for `api/v1/write` below `readURL`.
  public init(readURL: URL, writeURL: URL? = nil) {
    self.readURL = readURL
    self.writeURL = writeURL ?? readURL.appending(path: "api/v1/write")
  }
}
