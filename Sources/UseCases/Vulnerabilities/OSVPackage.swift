public import Bytes
public import KnowledgeBase

/// How products and articles are named in OSV and OpenVEX.
///
/// The OSV schema registers ecosystems and id prefixes by pull request and reserves no private ones.
/// None is registered for Microsoft's products or its Knowledge Base: `Microsoft` and `MSKB` follow
/// the rule for names (as the owner spells it) and are this service's own.
public enum OSVPackage {
  /// The ecosystem of all packages.
  public static let ecosystem = "Microsoft"
  private static let idPrefix = "MSKB-"
  private static let purlType = "generic"
  private static let purlNamespace = "microsoft"

  /// `MSKB-Q179827`.
  public static func id(of article: ArticleID) -> String { idPrefix + article.description }

  /// The article of an id that `id(of:)` made.
  public static func article(of id: String) -> ArticleID? {
    guard id.hasPrefix(idPrefix), let article = ArticleID(id.dropFirst(idPrefix.count)),
      self.id(of: article) == id
    else { return nil }
    return article
  }

  /// A package URL; products' ids and levels need no escaping in it.
  public static func purl(_ product: ProductID, at level: ServicePack? = nil) -> String {
    "pkg:\(purlType)/\(purlNamespace)/\(product.rawValue)\(level.map { "@\($0.id)" } ?? "")"
  }

  /// The product's name and the level of a package URL of this service; nil for any other.
  ///
  /// Qualifiers and a subpath say nothing of a product's level and are passed over. As everywhere here
  /// names are taken in any case.
  public static func parts(of url: PackageURL) -> (name: String, version: String?)? {
    guard url.type == purlType, url.namespace?.lowercased() == purlNamespace else { return nil }
    return (url.name, url.version)
  }

  /// The last revision as RFC 3339 has it. An unknown date is the beginning of 1970, because some
  /// clients take the year 1 for no time at all.
  public static func modified(_ date: CivilDate) -> String {
    "\(date == .unknown ? "1970-01-01" : date.description)T00:00:00Z"
  }
}
