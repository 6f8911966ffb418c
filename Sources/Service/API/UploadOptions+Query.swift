import HTTPTypes
import Telemetry
import UseCases
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
