/// Something unusual about a file, compared with the archive's other files. It doesn't stop the file
/// from being read.
public struct Oddity: Hashable, Sendable, CustomStringConvertible {
  /// What is unusual.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The header lacks one of its lines.
    case missingHeaderLine = "missing_header_line"
    /// The header has no date, or one that can't be read.
    case unreadableDate = "unreadable_date"
    /// The header has no title.
    case missingTitle = "missing_title"
    /// The header names versions, but no list says which products they belong to.
    case noAppliesTo = "no_applies_to"
    /// No trailer of keywords follows the text.
    case noTrailer = "no_trailer"
    /// Text follows the trailer.
    case trailerBeforeText = "trailer_before_text"
    /// The trailer has the format used before 1997.
    case olderTrailer = "older_trailer"
    /// A heading appears again after other sections.
    case repeatedSection = "repeated_section"
    /// The article has no text.
    case noText = "no_text"
    /// The file has NUL bytes, which are read as spaces.
    case nulByte = "nul_byte"
    /// The file has control characters, which are kept.
    case controlByte = "control_byte"
    /// The legal notice at the end is missing.
    case noNotice = "no_notice"
  }

  /// The kind, for counting.
  public var kind: Kind
  /// The line, counted from 1; nil if it is about the file as a whole.
  public var line: Int?
  /// What is unusual, in words and without the line number.
  public var detail: String

  /// The detail, with the line number in front where there is one.
  public var description: String { line.map { "line \($0): \(detail)" } ?? detail }
}
