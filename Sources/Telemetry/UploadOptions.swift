/// What the caller knows of an upload that the upload may not say.
public struct UploadOptions: Sendable {
  /// The order of its dates, where the request says it.
  public var dateOrder: DateOrder?
  /// The order that earlier uploads of the host had.
  public var hostDateOrder: DateOrder?
  /// The zone of its times, where neither they nor its header name one; nil is UTC.
  public var zone: LogZone?
  /// What becomes of dates that can be read in two orders when nothing tells which.
  public var undecidedDates = UndecidedDates.areMonthFirst
  /// Whether the numbers of instances are followed where they move from one process to another. In
  /// parts of a log that are stored one by one they can't be.
  public var followsInstances = true

  /// The process whose counts they are, in a log that names none.
  public var process: String?

  /// Nothing is known.
  public init() {}

  /// The name of a process as it may stand in a request; nil for what no log could name one.
  public static func processName(_ text: String) -> String? {
    try? Name.read(Array(text.utf8).span, bytesMax: TelemetryLimits().nameBytesMax)
  }

  /// Whether the upload is kept, so that others before and after it make a log of it.
  var isStored: Bool { undecidedDates == .refuse }

  /// What dates in an unknown order do to an upload.
  public enum UndecidedDates: Sendable {
    /// They are read month-first, and a note says so.
    case areMonthFirst
    /// They refuse it: a wrong time that is stored stays wrong.
    case refuse
  }
}

/// How the times of an upload were read.
public struct LogTimes: Hashable, Sendable {
  /// The zone of its times, as the log or the request names it, or the offset that they carry; nil
  /// where they are in UTC, or were taken for UTC because nothing said more.
  public var zone: LogZone?
  /// The order of its dates; nil where they can be read in one way only.
  public var dateOrder: DateOrder?
  /// What told the order.
  public var dateOrderBasis: DateOrderBasis?

  /// Times that say all themselves.
  public init() {}
}
