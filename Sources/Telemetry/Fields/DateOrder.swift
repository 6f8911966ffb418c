/// The order of day, month and year in the dates of a log.
public enum DateOrder: String, Hashable, Sendable, CaseIterable {
  /// 11/06/2023 is the 6th of November.
  case monthFirst = "mdy"
  /// 11/06/2023 is the 11th of June.
  case dayFirst = "dmy"
  /// 23/11/06 is the 6th of November 2023.
  case yearFirst = "ymd"

  /// For a sentence.
  var words: String {
    switch self {
    case .monthFirst: "month-first"
    case .dayFirst: "day-first"
    case .yearFirst: "year-first"
    }
  }
}

/// What told the order of a log's dates, the surest first.
public enum DateOrderBasis: String, Hashable, Sendable, CaseIterable {
  /// The request.
  case request
  /// The form of the dates: a year of four digits in front, points between day and month, or times as
  /// typeperf and relog write them.
  case form
  /// The order that is stored for the host.
  case host
  /// A number above 12 where the other order has the month.
  case impossibleMonth = "impossible_month"
  /// The other order makes the log jump by weeks.
  case steps
  /// Nothing: month-first was assumed.
  case assumed
}
