import Bytes
public import Handles

/// The time zone of a log, as its header, its times or the caller name it.
public struct LogZone: Sendable {
  /// Such as `W. Europe Standard Time`, `Europe/Berlin` or `+02:00`.
  public let name: String
  private let offset: @Sendable (_ local: Int64) -> Int64

  /// A zone with rules, which the caller knows.
  ///
  /// - Parameter offset: For a local time in milliseconds since 1970-01-01T00:00 local time, how many
  ///   milliseconds local time is ahead of UTC. Of an hour that comes twice, either; of one that
  ///   doesn't exist, the offset before it.
  public init(name: String, offset: @escaping @Sendable (_ local: Int64) -> Int64) {
    self.name = name
    self.offset = offset
  }

  /// A zone that is always so many minutes ahead of UTC.
  public init(name: String, offsetMinutes minutes: Int) {
    let milliseconds = Int64(minutes) * 60_000
    self.init(name: name) { _ in milliseconds }
  }

  /// A zone that is always as far from UTC: `+02:00`, `-0330`, `+02`, `Z` or `UTC`. Nil for other texts.
  public init?(offset text: String) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { return nil }
    var minutes = 0
    if text.lowercased() != "utc" {
      guard "+-zZ".utf8.contains(first) else { return nil }
      var index = 0
      do throws(FieldFault) {
        guard let offset = try TimeReader.offsetMinutes(bytes.span, &index) else { return nil }
        minutes = offset
      } catch {
        return nil
      }
    }
    self.init(name: text, offsetMinutes: minutes)
  }

  /// Milliseconds to add to a local time for UTC.
  func bias(at local: Int64) -> Int64 { -offset(local) }

  /// How many minutes its clocks are ahead of UTC at a moment.
  public func offsetMinutes(at time: Timestamp) -> Int {
    // The offset of a local time that is at most a day away, then that of the moment itself.
    let near = offset(time.milliseconds)
    return Int(offset(time.milliseconds + near) / 60_000)
  }
}

/// Two zones are the same if they have the same name.
extension LogZone: Hashable {
  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Asks a zone once for all times of the same quarter of an hour: no zone changes within one.
struct CachedZone: Sendable {
  let zone: LogZone
  private var quarter = Int64.min
  private var bias: Int64 = 0

  init(_ zone: LogZone) { self.zone = zone }

  /// Milliseconds to add to a local time for UTC.
  mutating func bias(at local: Int64) -> Int64 {
    let quarter = local / 900_000
    if quarter != self.quarter {
      self.quarter = quarter
      bias = zone.bias(at: local)
    }
    return bias
  }
}
