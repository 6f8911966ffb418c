/// A row of an upload that was not taken, and why.
public struct RejectedRow: Encodable, Hashable, Sendable {
  /// From 1, in the upload's own lines.
  public var line: Int
  /// From 1, in bytes; nil where the whole row is meant.
  public var column: Int?
  /// What is wrong, and what was expected.
  public var detail: String

  /// A row that was not taken.
  public init(line: Int, column: Int? = nil, detail: String) {
    self.line = line
    self.column = column
    self.detail = detail
  }
}
