/// What was read from a file: the article, and what was unusual about the file.
public struct ParsedArticle: Hashable, Sendable {
  /// The article. `linkedFrom` is empty, because those links are in other files.
  public var article: Article
  /// The catalogue's products that the article applies to.
  public var products: [ProductID]
  /// What was unusual about the file.
  public var oddities: [Oddity]
  /// The fix list, if the article is one; else nil.
  public var fixList: FixList?
}
