public import Bytes

/// One Knowledge Base article: the facts of its header and trailer, its text, and the fix rules
/// that were read from both.
public struct Article: Hashable, Sendable {
  /// Who wrote the words of the sections.
  public enum Source: String, Hashable, Sendable, Encodable {
    /// This project wrote the sentences; the facts are the article's.
    case restated
    /// The sections are word for word those of a copy that the user imported.
    case imported
  }

  /// A part of the text under one heading.
  public struct Section: Hashable, Sendable, Encodable {
    /// The heading in upper case, such as `SYMPTOMS`; empty for text before the first heading.
    public var heading: String
    /// Paragraphs, separated by an empty line. An imported article keeps its line breaks, its
    /// indents and the underlines of its sub-headings.
    public var text: String

    /// A section as given; neither the heading nor the text is checked.
    public init(heading: String, text: String) {
      self.heading = heading
      self.text = text
    }
  }

  /// A line of the header or the trailer that has no place of its own in the record.
  public struct Field: Hashable, Sendable, Encodable {
    /// The name before the colon, such as `KBCategory`; empty for a line that has none.
    public var name: String
    /// The rest of the line, without the spaces around it. A continued line is joined with a space.
    public var value: String

    /// A line with this name and value.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Another article that this one refers to, or that refers to this one.
  public struct Link: Hashable, Sendable, Encodable {
    /// The number of the linked article.
    public var id: ArticleID
    /// The linked article's title.
    public var title: String

    /// A link to the article with this number and title.
    public init(id: ArticleID, title: String) {
      self.id = id
      self.title = title
    }
  }

  /// The article's number, such as `Q179827`.
  public var id: ArticleID
  /// The title from the header, on one line; empty if the file has none.
  public var title: String
  /// The date of the last revision; `CivilDate.unknown` where it can't be read.
  public var date: CivilDate
  /// The archive's group, such as `winnt`.
  public var group: String
  /// The header's product line.
  public var product: String
  /// The trailer's version line, such as `WinNT:4.0`.
  public var versions: String
  /// The products in the words of the applies-to list.
  public var appliesTo: [String]
  /// The keywords, such as `kbWinNT400sp4fix`: the trailer's, or the header's if the trailer has
  /// none.
  public var keywords: [String]
  /// The trailer's technology keywords, such as `kbWinNTS400`, in the order of the file.
  public var technology: [String]
  /// The trailer's issue type, such as `kbbug`; empty if it has none.
  public var issueType: String
  /// The trailer's solution type, such as `kbfix`; empty if it has none.
  public var solutionType: String
  /// The words of the line "Additional query words", which the archive's own search used.
  public var queryWords: [String]
  /// The text, section by section, in the order of the file.
  public var sections: [Section]
  /// The articles that the text refers to.
  public var links: [Link]
  /// The articles that refer to this one. The parser leaves this empty, because those links are in
  /// other files.
  public var linkedFrom: [Link]
  /// What the article says about the bug, product by product; empty if it says nothing about a fix.
  public var fixes: [FixRule]
  /// Whether the sections are the article's own words or this project's.
  public var source: Source
  /// The header's line of operating systems.
  public var operatingSystem: String
  /// The trailer's line of processors, such as `ALPHA x86`.
  public var hardware: String
  /// The lines of the header and the trailer that no other property holds.
  public var fields: [Field]
  /// The legal notice under the trailer. The archive has only a few different ones.
  public var notice: String

  /// An article with these values. Nothing is checked or derived from anything else.
  public init(
    id: ArticleID, title: String, date: CivilDate, group: String, product: String,
    versions: String, appliesTo: [String], keywords: [String], technology: [String],
    issueType: String, solutionType: String, queryWords: [String], sections: [Section],
    links: [Link], linkedFrom: [Link], fixes: [FixRule], source: Source,
    operatingSystem: String = "", hardware: String = "", fields: [Field] = [], notice: String = ""
  ) {
    self.id = id
    self.title = title
    self.date = date
    self.group = group
    self.product = product
    self.versions = versions
    self.appliesTo = appliesTo
    self.keywords = keywords
    self.technology = technology
    self.issueType = issueType
    self.solutionType = solutionType
    self.queryWords = queryWords
    self.sections = sections
    self.links = links
    self.linkedFrom = linkedFrom
    self.fixes = fixes
    self.source = source
    self.operatingSystem = operatingSystem
    self.hardware = hardware
    self.fields = fields
    self.notice = notice
  }
}

extension Article: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, title, date, group, product, versions
    case appliesTo = "applies_to"
    case keywords, technology
    case issueType = "issue_type"
    case solutionType = "solution_type"
    case queryWords = "query_words"
    case sections, links
    case linkedFrom = "linked_from"
    case fixes, source
    case operatingSystem = "operating_system"
    case hardware, fields
  }
}
