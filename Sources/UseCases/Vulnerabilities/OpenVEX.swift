import Bytes
public import KnowledgeBase
import System

/// A document of OpenVEX 0.2.0 (https://github.com/openvex/spec).
public struct OpenVEX: Encodable {
  public enum Status: String, Encodable {
    case affected, fixed
    case underInvestigation = "under_investigation"
  }

  public struct Vulnerability: Encodable {
    public var name: String
    public var description: String
    public var aliases: [ArticleID]
  }

  public struct Component: Encodable {
    public struct Identifiers: Encodable {
      public var purl: String
    }

    public var id: String
    public var identifiers: Identifiers

    private enum CodingKeys: String, CodingKey {
      case id = "@id"
      case identifiers
    }
  }

  public struct Statement: Encodable {
    public var vulnerability: Vulnerability
    public var products: [Component]
    public var status: Status
    public var statusNotes: String
    /// Set for `affected` alone, which must have it.
    public var actionStatement: String?

    private enum CodingKeys: String, CodingKey {
      case vulnerability, products, status
      case statusNotes = "status_notes"
      case actionStatement = "action_statement"
    }
  }

  public var context = "https://openvex.dev/ns/v0.2.0"
  /// Made of the statements: the same ones always get the same.
  public var id: String
  public var author = "Fixlevel"
  public var role = "Conclusions from Knowledge Base articles"
  /// When the knowledge base was made.
  public var timestamp: String
  public var version = 1
  public var tooling = "Fixlevel"
  /// At least one.
  public var statements: [Statement]

  private enum CodingKeys: String, CodingKey {
    case context = "@context"
    case id = "@id"
    case author, role, timestamp, version, tooling, statements
  }

  /// - Parameter timestamp: in RFC 3339.
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
