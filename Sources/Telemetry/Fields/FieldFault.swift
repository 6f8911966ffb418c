import Handles

/// What is wrong with one value of an upload.
enum FieldFault: Error, Sendable, Equatable {
  case notATime
  case noSuchDay
  case timeOutOfRange
  case badOffset
  case notACount
  case negativeCount
  case fractionalCount
  case countTooLarge
  case ambiguousComma
  case notAString
  case thirdElement
  case emptyName
  case longName(limit: Int)
  case nameNotUTF8
  case nameWithControlCharacter
  case badLabels
  case noProcessLabel
  case textAfterTime
  case notALineOfPoints
  case noInstanceTag
  case noProcessMember
  case notNanoseconds
  case notADateAndTime
  case deltaTemporality
  case otherDateOrder(DateOrder)
  case unknownResource

  var detail: String {
    switch self {
    case .notATime: "not a time such as 1999-03-01T08:00:00Z or epoch seconds or milliseconds"
    case .noSuchDay: "a day that the calendar doesn't have"
    case .timeOutOfRange: "a time outside the day or the years 1 to 9999"
    case .badOffset: "not an offset from UTC between -23:59 and +23:59"
    case .notACount: "not a whole number"
    case .negativeCount: "a negative number"
    case .fractionalCount: "a number with a fraction"
    case .countTooLarge: "a number above 2^53"
    case .ambiguousComma: "a comma that may separate decimals or thousands"
    case .notAString: "not a string"
    case .thirdElement: "a sample with more than a time and a count"
    case .emptyName: "an empty name"
    case .longName(let limit): "a name longer than \(limit) bytes"
    case .nameNotUTF8: "a name that is not UTF-8"
    case .nameWithControlCharacter: "a name with a control character"
    case .badLabels: "not labels such as {process=\"EXTRA\",process_id=\"212\"}"
    case .noProcessLabel: "no label names the process (process, groupname, job)"
    case .notALineOfPoints: "not a measurement, tags, fields and a time in line protocol"
    case .noInstanceTag: "no tag names the process (instance, process_name, exe)"
    case .notADateAndTime: "not a date and a time such as 3/1/99 and 8:00:00 AM"
    case .deltaTemporality: "a sum with delta temporality: handles are counted, not added up"
    case .noProcessMember: "no member names the process"
    case .notNanoseconds: "not a time in nanoseconds"
    case .otherDateOrder(let order):
      "a date that can't be \(order.words) as the others are; if all are in another order, say so "
        + "with date_order=\(order == .dayFirst ? "mdy" : "dmy")"
    case .unknownResource:
      "not one of \(HandleResource.allCases.map(\.rawValue).joined(separator: ", "))"
    case .textAfterTime: "more than a value and a time"
    }
  }
}
