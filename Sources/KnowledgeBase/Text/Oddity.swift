/// Something in a file that is not as in the archive's other files. The file is read all the same.
public struct Oddity: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case missingHeaderLine = "missing_header_line"
    case unreadableDate = "unreadable_date"
    case missingTitle = "missing_title"
    case noAppliesTo = "no_applies_to"
    case noTrailer = "no_trailer"
    case trailerBeforeText = "trailer_before_text"
    case olderTrailer = "older_trailer"
    case repeatedSection = "repeated_section"
    case noText = "no_text"
    case nulByte = "nul_byte"
    case controlByte = "control_byte"
    case noNotice = "no_notice"
  }

  public var kind: Kind
  /// Counted from 1; nil where it is the file as a whole.
  public var line: Int?
  public var detail: String

  public var description: String { line.map { "line \($0): \(detail)" } ?? detail }
}
