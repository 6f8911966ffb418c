import Bytes
public import KnowledgeBase
import System

/// A document of OpenVEX 0.2.0 (https://github.com/openvex/spec).
public struct OpenVEX: Encodable {
  /// What a statement says of a product.
  public enum Status: String, Encodable {
    /// It has the bug.
    case affected
    /// It has the fix.
    case fixed
    /// The article doesn't say.
    case underInvestigation = "under_investigation"
  }

  /// The bug that a statement is about.
  public struct Vulnerability: Encodable {
    /// Its ID among the OSV records.
    public var name: String
    /// The article's title.
    public var description: String
    /// Other names of the bug: the article's number.
    public var aliases: [ArticleID]
  }

  /// A product at a level.
  public struct Component: Encodable {
    /// Names of a product that other tools know.
    public struct Identifiers: Encodable {
      /// The package URL.
      public var purl: String
    }

    /// The package URL again, as the ID within the document.
    public var id: String
    /// The package URL under its name.
    public var identifiers: Identifiers

    private enum CodingKeys: String, CodingKey {
      case id = "@id"
      case identifiers
    }
  }

  /// What is known of one bug in one product.
  public struct Statement: Encodable {
    /// The bug.
    public var vulnerability: Vulnerability
    /// The product and its level.
    public var products: [Component]
    /// Whether the product has the bug.
    public var status: Status
    /// Certainty, notes and evidence, a line each.
    public var statusNotes: String
    /// Set for `affected` alone, which must have it.
    public var actionStatement: String?

    private enum CodingKeys: String, CodingKey {
      case vulnerability, products, status
      case statusNotes = "status_notes"
      case actionStatement = "action_statement"
    }
  }

  /// The version of OpenVEX that the document keeps to.
  public var context = "https://openvex.dev/ns/v0.2.0"
  /// Made of the statements: the same ones always get the same.
  public var id: String
  /// Who says it.
  public var author = "Fixlevel"
  /// In what role the author says it.
  public var role = "Conclusions from Knowledge Base articles"
  /// When the knowledge base was made.
  public var timestamp: String
  /// The number of the document's revision.
  public var version = 1
  /// The program that made the document.
  public var tooling = "Fixlevel"
  /// At least one.
  public var statements: [Statement]

  private enum CodingKeys: String, CodingKey {
    case context = "@context"
    case id = "@id"
    case author, role, timestamp, version, tooling, statements
  }

  /// A document of these statements.
  ///
  /// - Parameter timestamp: When the knowledge base was made, in RFC 3339.
  public init(statements: [Statement], timestamp: String) {
    var bytes: [UInt8] = []
    for statement in statements {
      for text in statement.texts { bytes += Array(text.utf8) + [0] }
    }
    let digest = Hexadecimal.text(SHA256.digest(of: bytes).prefix(16))
    id = "https://openvex.dev/docs/fixlevel/vex-\(digest)"
    self.timestamp = timestamp
    self.statements = statements
  }
}

extension OpenVEX.Statement {
  /// What the fix check says of an article; never `not_affected`, because no article says that.
  public init(_ article: Article, _ answer: FixVerdict, of product: Product, at level: ServicePack?)
  {
    vulnerability = .init(
      name: OSVPackage.id(of: article.id), description: article.title, aliases: [article.id])
    let purl = OSVPackage.purl(product.id, at: level)
    products = [.init(id: purl, identifiers: .init(purl: purl))]
    let evidence = answer.evidence.map { "\($0.source): \($0.text)" }
    statusNotes = (["\(answer.certainty.rawValue)"] + answer.notes + evidence)
      .joined(separator: "\n")
    switch answer.verdict {
    case .affected:
      status = .affected
      actionStatement = Self.action(article, answer)
    case .fixed: status = .fixed
    case .unknown, .notListed, .notApplicable: status = .underInvestigation
    }
  }

  /// What tells it from every other statement.
  fileprivate var texts: [String] {
    [vulnerability.name, vulnerability.description, status.rawValue, statusNotes]
      + products.map(\.id) + [actionStatement ?? ""]
  }

  private static func action(_ article: Article, _ answer: FixVerdict) -> String {
    if let level = answer.fixedIn { return "Install \(level.id) or a later service pack." }
    let resolutions = article.fixes.filter { $0.product.rawValue == answer.product }
      .map(\.resolution)
    if resolutions.contains(.hotfix) {
      return "Install the hotfix that \(article.id) tells of; no service pack carries it."
    }
    if resolutions.contains(.laterVersion) {
      return "Move to a later version of the product, as \(article.id) tells."
    }
    return "\(article.id) names no correction; see whether it tells of a way around the bug."
  }
}
