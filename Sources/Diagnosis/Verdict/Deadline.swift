public import Handles

/// What to do about one process, and by when.
public struct Deadline: Hashable, Sendable {
  /// Only where an upload names several hosts.
  public var host: String?
  /// The process as the upload names it.
  public var process: String
  /// The `n` of a Performance Monitor instance `NAME#n`; 0 for the first.
  public var instance: Int
  /// Nil where the format has none.
  public var pid: Int64?
  /// The early end of the 95 % interval of the limit that it meets first; where that is reached already,
  /// when it was.
  public var actBy: Timestamp
  /// When the limit is expected to be reached at the estimated rate.
  public var expectedAt: Timestamp?
  /// Whether `actBy` has passed at the moment that the answer is made for.
  public var isOverdue: Bool
  /// The reason, one sentence.
  public var why: String
  /// What to do, one sentence.
  public var action: String
}

extension Deadline: Encodable {
  private enum CodingKeys: String, CodingKey {
    case host, process, instance, pid
    case actBy = "act_by"
    case expectedAt = "expected_at"
    case isOverdue = "overdue"
    case why, action
  }

  /// Absent values are written as null, but `host` and the instance 0 are left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(host, forKey: .host)
    try container.encode(process, forKey: .process)
    if instance != 0 { try container.encode(instance, forKey: .instance) }
    try container.encode(pid, forKey: .pid)
    try container.encode(actBy, forKey: .actBy)
    try container.encode(expectedAt, forKey: .expectedAt)
    try container.encode(isOverdue, forKey: .isOverdue)
    try container.encode(why, forKey: .why)
    try container.encode(action, forKey: .action)
  }
}
