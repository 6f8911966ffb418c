/// The upload formats, by the names that answers show.
public enum TelemetryFormat: String, Sendable, CaseIterable {
  case json
  case csv
  case pdhCSV = "pdh-csv"
  case pdhTSV = "pdh-tsv"

  /// What one bad row does to the upload where the caller doesn't say.
  public var badRowPolicy: BadRowPolicy {
    switch self {
    case .json: .refuse
    case .csv, .pdhCSV, .pdhTSV: .reject
    }
  }

  /// The format's decoder: with `FormatChoice`, the only place that knows all the folders.
  func makeDecoder(limits: TelemetryLimits) -> any FormatDecoder {
    switch self {
    case .json: JSONUploadDecoder(limits: limits)
    case .csv: CSVDecoder(limits: limits)
    case .pdhCSV, .pdhTSV: PDHDecoder(limits: limits)
    }
  }
}

/// Strict or lenient: decided once, and applied in `UploadBuilder.reject` alone.
public enum BadRowPolicy: Sendable {
  /// The row is listed with its reason and the rest is taken.
  case reject
  /// The first bad row refuses the whole upload.
  case refuse
}
