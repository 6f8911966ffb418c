import Bytes
public import Handles

extension Timestamp {
  /// A day, or a time as RFC 3339 and uploads write it.
  public init?(rfc3339 text: String) {
    if let day = CivilDate(iso8601: text) {
      self.init(date: day, hour: 0, minute: 0, second: 0)
      return
    }
    self.init(uploaded: text)
  }
}
