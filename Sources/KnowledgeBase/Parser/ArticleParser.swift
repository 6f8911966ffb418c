import Bytes

/// Reads an article in the archive's text format.
///
/// Nothing is thrown away: what has no field of its own stays in a section or in `fields`, and a
/// broken file gives what it has together with a list of what was odd. Time and memory grow with
/// the length of the file and nothing else.
public struct ArticleParser: Sendable {
  /// Why a file gives no article.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file has more than `bytesMax` bytes.
    case tooLarge(bytesMax: Int)
    /// No line of the header has an article number.
    case noIdentifier

    /// The reason in words, without a full stop.
    public var description: String {
      switch self {
      case .tooLarge(let bytesMax): "the file has more than \(bytesMax) bytes"
      case .noIdentifier: "no line such as \"DOCUMENT:Q179827\" names the article"
      }
    }
  }

  /// The largest file that is read, in bytes: five times the archive's largest article.
  public static let bytesMax = 4 << 20

  private let catalogue: ProductCatalogue

  /// A parser that recognises the products of a catalogue.
  public init(catalogue: ProductCatalogue = .builtIn) { self.catalogue = catalogue }

  /// Reads an article from the bytes of its file.
  ///
  /// - Throws: `Failure`.
  public func parse(_ bytes: [UInt8]) throws(Failure) -> ParsedArticle {
    try parse(bytes.span)
  }

  /// Reads an article from the bytes of its file, without a copy of them.
  ///
  /// - Throws: `Failure`.
  public func parse(_ bytes: Span<UInt8>) throws(Failure) -> ParsedArticle {
    guard bytes.count <= Self.bytesMax else { throw .tooLarge(bytesMax: Self.bytesMax) }
    let lines = ArticleLines(bytes)
    var layout = ArticleLayout(lines)
    guard let id = layout.head.id else { throw .noIdentifier }
    var article = Article(
      id: id, title: layout.title, date: layout.head.date ?? .unknown, group: layout.head.group,
      product: layout.head[.product], versions: layout.versions, appliesTo: layout.appliesTo,
      keywords: layout.keywords, technology: layout.trailer.words("Technology"),
      issueType: layout.trailer["Issue type"], solutionType: layout.trailer["Solution Type"],
      queryWords: layout.trailer.words("Additional query words"),
      sections: layout.sections.map {
        Article.Section(heading: lines.heading($0), text: lines.text(lines: $0.text))
      },
      links: ArticleLinks.read(lines, in: layout.sections, except: id), linkedFrom: [], fixes: [],
      source: .imported, operatingSystem: layout.head[.operatingSystem],
      hardware: layout.trailer["Hardware"], fields: layout.fields,
      notice: lines.text(lines: layout.notice))
    if lines.hasNUL { layout.note(.nulByte, "NUL bytes, read as blanks") }
    if lines.hasControls { layout.note(.controlByte, "control bytes, kept as they are") }
    let text = FixText(article, lines: lines, layout: layout, catalogue: catalogue)
    let fixList = FixList(text)
    article.fixes = fixList == nil ? text.rules() : []
    return ParsedArticle(
      article: article, products: text.applied.products, oddities: layout.oddities,
      fixList: fixList)
  }
}
