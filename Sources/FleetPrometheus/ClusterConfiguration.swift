public import Foundation

/// The metrics engine that stores the fleet's series, and the limits of what is asked of it.
public struct ClusterConfiguration: Sendable {
  /// How the engine keeps tenants apart.
  public enum Tenancy: String, CaseIterable, Sendable {
    /// Every series has the label `tenant`. Works with any engine.
    case label
    /// Every request has the header `X-Scope-OrgID`. Use it only with an engine that honours the header,
    /// such as Mimir or Cortex: with any other, all tenants see all hosts.
    case header
  }

  /// The base URL of the engine's query API, without `/api/v1/query`. A user and a password in it are
  /// sent as basic authentication.
  public var readURL: URL
  /// The URL of the engine's remote write endpoint.
  public var writeURL: URL
  /// How the engine keeps tenants apart.
  public var tenancy = Tenancy.label
  /// Days before now in which hosts and samples are looked for.
  public var lookbackDays = 30
  /// The time limit of one request, from its start to its last byte. Reading the series of a host may
  /// take several requests; the last of them must begin within this time.
  public var timeLimit: Duration = .seconds(30)
  /// Connections to each of the engine's addresses, at most.
  public var connectionsMax = 16
  /// Uploads that may wait for the engine. Any more are refused.
  public var waitingMax = 256
  /// Bytes of the waiting uploads' samples and of the requests that they are about to send. A single
  /// upload may be larger.
  public var waitingBytes = 256 << 20
  /// Bytes of one response after decompression, at most.
  public var answerBytesMax = 32 << 20
  /// Bytes of all responses in flight, at most. A request that would exceed it fails as busy.
  public var answersBytesMax = 128 << 20
  /// Samples in one write request, at most. Larger uploads are split.
  public var samplesOfAWriteMax = 50_000
  /// Samples of one host that one read may return, which is also the most that one upload may have.
  public var samplesOfAReadMax = 5_000_000
  /// Seconds after which a host that keeps sending samples is diagnosed again.
  public var evaluationInterval = 3_600
  /// Seconds between the starts of two scans for hosts to diagnose, at least.
  public var scanInterval = 5
  /// Seconds for which a list of all hosts is cached, since reading it takes two or more series of each
  /// host.
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
