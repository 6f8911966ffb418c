/// Where and why a JSON text was refused.
public struct JSONError: Error, Sendable, Equatable {
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int
  /// What is wrong, in a few words.
  public var detail: String

  /// An error at a place.
  public init(line: Int, column: Int, detail: String) {
    self.line = line
    self.column = column
    self.detail = detail
  }
}

/// A place in a JSON text.
public struct JSONPosition: Hashable, Sendable {
  /// From 1.
  public var line = 1
  /// From 1, in bytes.
  public var column = 1

  /// The first byte, unless another place is given.
  public init(line: Int = 1, column: Int = 1) {
    self.line = line
    self.column = column
  }

  /// An error at this place.
  public func error(_ detail: String) -> JSONError {
    JSONError(line: line, column: column, detail: detail)
  }
}
