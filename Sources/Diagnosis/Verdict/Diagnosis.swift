public import Handles
public import KnowledgeBase

/// Whether the 16-bit count of a key wraps, as far as telemetry can tell.
public enum WrapStatus: String, Hashable, Sendable, Encodable, CaseIterable {
  /// A program has held more than 65,535 handles above its baseline: if they were of one key, its
  /// count has wrapped.
  case happened
  /// At the present rate it will.
  case expected
  /// Not within ten years, or not at all.
  case notExpected = "not_expected"
  /// The telemetry allows no answer.
  case cannotTell = "cannot_tell"
}

/// Counts of one process in numbers a person looks at first.
public struct HandleSummary: Hashable, Sendable, Encodable {
  /// At the first sample.
  public var first: Int64
  /// At the last sample.
  public var last: Int64
  /// The lowest.
  public var min: Int64
  /// The highest.
  public var max: Int64
}

/// One process of an upload.
public struct ProcessDiagnosis: Hashable, Sendable {
  /// Only where an upload names several hosts.
  public var host: String?
  /// The process as the upload names it.
  public var process: String
  /// The `n` of a Performance Monitor instance `NAME#n`; 0 for the first.
  public var instance: Int
  /// What is counted.
  public var resource: HandleResource
  /// Nil where the format has none.
  public var pid: Int64?
  /// Samples that were looked at: one per time.
  public var samples: Int
  /// The first sample.
  public var from: Timestamp?
  /// The last sample.
  public var to: Timestamp?
  /// Restarts within the series.
  public var restarts: Int
  /// Nil for a series without samples.
  public var handles: HandleSummary?
  /// Whether it leaks, how fast, since when.
  public var leak: Leak
  /// When the count of a registry key would wrap; where several processes of the program run, that of
  /// their handles together.
  public var wrap: WrapForecast
  /// What runs out, soonest first: of a process that leaks or may, each limit that it has; of others
  /// those that are near.
  public var limits: [LimitForecast]
}

extension ProcessDiagnosis: Encodable {
  private enum CodingKeys: String, CodingKey {
    case host, process, instance, resource, pid, samples, from, to, restarts, handles, leak, wrap,
      limits
  }

  /// Absent values are written as null, but `host`, the instance 0 and the resource `handles` are left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(host, forKey: .host)
    try container.encode(process, forKey: .process)
    if instance != 0 { try container.encode(instance, forKey: .instance) }
    if resource != .handles { try container.encode(resource.rawValue, forKey: .resource) }
    try container.encode(pid, forKey: .pid)
    try container.encode(samples, forKey: .samples)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
    try container.encode(restarts, forKey: .restarts)
    try container.encode(handles, forKey: .handles)
    try container.encode(leak, forKey: .leak)
    try container.encode(wrap, forKey: .wrap)
    try container.encode(limits, forKey: .limits)
  }
}

/// The answer to an upload: level, leak and wrap put together.
public struct Diagnosis: Sendable {
  /// The host as it was understood.
  public struct Host: Hashable, Sendable {
    /// The name, from the request or from the upload if that has a single one.
    public var name: String?
    /// The product's id, or the product as given if the catalogue doesn't have it.
    public var product: String?
    /// The highest level that the host surely has.
    public var servicePack: ServicePack?
  }

  /// The article that is asked about.
  public var article: ArticleID
  /// The name of the upload's format.
  public var format: String
  /// The host as it was understood.
  public var host: Host
  /// The article's answer for the host's level.
  public var verdict: Verdict
  /// The most urgent finding of all processes.
  public var finding: Finding
  /// Whether the count of a key wraps.
  public var wrap: WrapStatus
  /// One sentence that a person can act on.
  public var summary: String
  /// What to do, most important first.
  public var advice: [String]
  /// In the order of the upload.
  public var processes: [ProcessDiagnosis]
  /// Every level of the product, oldest first.
  public var byServicePack: [LevelSimulation]
  /// What to do about each process that needs it and by when, soonest first.
  public var deadlines: [Deadline]
  /// The moment that the answer is made for; nil for a log without samples where the request names none.
  public var asOf: Timestamp?
  /// From the last sample to `asOf`, in seconds; nil without samples.
  public var dataAgeSeconds: Int64?
  /// Until when the chances in `byServicePack` are; nil where nothing is simulated.
  public var chancesUntil: Timestamp?
  /// Other articles that could explain the leak.
  public var related: [Article.Link]
  /// What was assumed where the telemetry doesn't say.
  public var assumptions: [String]
  /// Rows of the upload that were not taken.
  public var rejected: [RejectedRow]
  /// The fix verdict with its evidence; not part of the JSON.
  public var fix: FixVerdict
  /// How times are said; of it the JSON has the zone.
  public var time: TimeText
}

extension Diagnosis.Host: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, product
    case servicePack = "service_pack"
  }

  /// Absent values are written as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(product, forKey: .product)
    try container.encode(servicePack, forKey: .servicePack)
  }
}

extension Diagnosis: Encodable {
  private enum CodingKeys: String, CodingKey {
    case article, format, host, verdict, finding, wrap, summary, advice, processes
    case byServicePack = "by_service_pack"
    case related, assumptions, rejected, deadlines
    case asOf = "as_of"
    case dataAgeSeconds = "data_age_seconds"
    case chancesUntil = "chances_until"
    case timeZone = "time_zone"
  }

  /// Absent values are written as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(article, forKey: .article)
    try container.encode(format, forKey: .format)
    try container.encode(host, forKey: .host)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(finding, forKey: .finding)
    try container.encode(wrap, forKey: .wrap)
    try container.encode(summary, forKey: .summary)
    try container.encode(advice, forKey: .advice)
    try container.encode(deadlines, forKey: .deadlines)
    try container.encode(asOf, forKey: .asOf)
    try container.encode(dataAgeSeconds, forKey: .dataAgeSeconds)
    try container.encode(time.zone?.name, forKey: .timeZone)
    try container.encode(processes, forKey: .processes)
    try container.encode(byServicePack, forKey: .byServicePack)
    try container.encode(chancesUntil, forKey: .chancesUntil)
    try container.encode(related, forKey: .related)
    try container.encode(assumptions, forKey: .assumptions)
    try container.encode(rejected, forKey: .rejected)
  }
}

extension Diagnosis {
  /// Whether so many rows of the upload were rejected that a person must hear of it first: a tenth.
  public var rejectsMuch: Bool {
    let taken = processes.reduce(0) { $0 + $1.samples }
    return !rejected.isEmpty && rejected.count * 9 >= taken
  }
}
