/// A row of an upload that was rejected, and why.
public struct RejectedRow: Encodable, Hashable, Sendable {
  /// From 1, in the upload's own lines.
  public var line: Int
  /// From 1, in bytes; nil where the whole row is meant.
  public var column: Int?
  /// The value at fault as it was read, cut after 64 bytes; nil where the whole row is meant.
  public var value: String?
  /// What is wrong, and what was expected.
  public var detail: String

  /// A row that was rejected.
  public init(line: Int, column: Int? = nil, value: String? = nil, detail: String) {
    self.line = line
    self.column = column
    self.value = value
    self.detail = detail
  }

  /// `line 3: "hello" is not a time such as …`, for a person.
  public var text: String { "line \(line): \(reason)" }

  /// What is wrong, with the value.
  public var reason: String { value.map { "\"\($0)\" is \(detail)" } ?? detail }
}
