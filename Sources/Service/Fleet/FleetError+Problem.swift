import Fleet
import HTTPTypes
import Web

extension Problem {
  static func tooMany(_ detail: String, retryAfter seconds: Int) -> Problem {
    var fields = HTTPFields()
    fields[.retryAfter] = "\(seconds)"
    return Problem(.tooManyRequests, detail, fields: fields)
  }

  /// What the store refused, and when to try again.
  init(_ error: FleetError) {
    func later(_ seconds: Int) -> HTTPFields {
      var fields = HTTPFields()
      fields[.retryAfter] = "\(seconds)"
      return fields
    }
    switch error {
    case .busy:
      self.init(
        .serviceUnavailable, "More uploads wait than the server may keep.", fields: later(1))
    case .stopped:
      self.init(
        .serviceUnavailable, "The server is stopping; nothing was stored.", fields: later(5))
    case .full:
      self.init(
        HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"),
        "The disk is full, or can't be written; nothing of this was stored.", fields: later(30))
    case .keyReused:
      self.init(
        .unprocessableContent, "Another upload was stored under this Idempotency-Key.")
    case .quota(let what, let max):
      self = .tooMany("There may be \(max) \(what); nothing was stored.", retryAfter: 3_600)
    case .away(let seconds):
      self.init(
        .serviceUnavailable,
        "What keeps the fleet's data can't be reached. An upload may be there in part: send it again.",
        fields: later(seconds))
    case .throttled(let seconds):
      self = .tooMany(
        "What keeps the fleet's data takes no more for now. An upload may be there in part: send it "
          + "again.",
        retryAfter: seconds)
    case .refused(let reason):
      self.init(
        .unprocessableContent, "What keeps the fleet's data doesn't take this: \(reason)")
    }
  }
}
