import Foundation
import HTTPTypes
public import Telemetry
import Web

extension UploadOptions {
  /// The parameters `date_order`, `time_zone` and `process`.
  init(_ query: QueryParameters) throws(Problem) {
    try self.init(
      dateOrder: query.shortValue("date_order"), timeZone: query.shortValue("time_zone"),
      process: query.shortValue("process"))
  }

  /// The same from a form, where a field that is left open says nothing.
  init(dateOrder: String?, timeZone: String?, process: String? = nil) throws(Problem) {
    self.init()
    if let text = dateOrder {
      guard let order = DateOrder(rawValue: text.lowercased()) else {
        throw Problem(
          .badRequest,
          "date_order is mdy (11/06/2023 is the 6th of November), dmy (it is the 11th of June) or "
            + "ymd.")
      }
      self.dateOrder = order
    }
    if let text = timeZone {
      guard let zone = LogZone(named: text) else {
        throw Problem(
          .badRequest,
          "time_zone is a name such as Europe/Berlin or an offset from UTC such as +02:00.")
      }
      self.zone = zone
    }
    if let name = process {
      guard let readable = Self.processName(name) else {
        throw Problem(.badRequest, "process is the name of a process, such as EXTRA.EXE.")
      }
      self.process = readable
    }
  }

  /// For an upload that is stored: what is wrong stays wrong, and what comes later belongs to it.
  var storing: UploadOptions {
    var options = self
    options.undecidedDates = .refuse
    options.followsInstances = false
    return options
  }
}

extension LogZone {
  private static let nameBytesMax = 64

  /// `Europe/Berlin`, `+02:00`, `UTC`; nil for a zone that the system doesn't know.
  public init?(named text: String) {
    // A plus sign in a query that wasn't escaped comes as a space.
    let name = text.first == " " ? "+" + text.dropFirst() : text
    if let fixed = LogZone(offset: name) {
      self = fixed
      return
    }
    // Its name becomes one of a file.
    guard name.utf8.count <= Self.nameBytesMax, name.first?.isLetter == true,
      name.utf8.allSatisfy({ byte in
        byte < 0x80
          && (Character(Unicode.Scalar(byte)).isLetter
            || Character(Unicode.Scalar(byte)).isNumber || "/_+-".utf8.contains(byte))
      }), let zone = TimeZone(identifier: name)
    else { return nil }
    self.init(name: name) { local in
      // The offset of a moment that is at most a day away, then that of the moment itself.
      let near = zone.secondsFromGMT(for: Self.date(local))
      let seconds = zone.secondsFromGMT(for: Self.date(local - Int64(near) * 1_000))
      return Int64(seconds) * 1_000
    }
  }

  private static func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
  }
}
