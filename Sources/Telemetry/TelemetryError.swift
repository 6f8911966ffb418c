public import Handles

/// Why an upload was refused as a whole.
public struct TelemetryError: Error, Sendable, Equatable {
  /// What a caller does about it differs only in these.
  public enum Kind: Sendable {
    /// The bytes break the rules of their format.
    case malformed
    /// No format that is known, or another one than the content type says.
    case unsupported
    /// More than a limit allows; `detail` names the limit.
    case tooLarge
  }

  /// What a caller makes of it.
  public var kind: Kind
  /// What is wrong, in a few words for the sender.
  public var detail: String
  /// What the sender can do about it.
  public var hint: String?
  /// From 1.
  public var line: Int?
  /// From 1, in bytes.
  public var column: Int?
  /// The first bad rows, where it was the rows that left nothing to take.
  public var rejected: [RejectedRow]

  /// An error of the upload, or of one place in it.
  public init(
    _ kind: Kind, _ detail: String, hint: String? = nil, line: Int? = nil, column: Int? = nil,
    rejected: [RejectedRow] = []
  ) {
    self.kind = kind
    self.detail = detail
    self.hint = hint
    self.line = line
    self.column = column
    self.rejected = rejected
  }

  /// The places at fault, for the `errors` of a problem body.
  public var rows: [RejectedRow] {
    if !rejected.isEmpty { return rejected }
    guard let line else { return [] }
    return [RejectedRow(line: line, column: column, detail: detail)]
  }
}
