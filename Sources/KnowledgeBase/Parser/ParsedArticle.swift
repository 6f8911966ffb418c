/// What a file held: the record, and whatever in it was not as the archive's files are.
public struct ParsedArticle: Hashable, Sendable {
  /// The record. `linkedFrom` is empty: what names this article stands in other files.
  public var article: Article
  /// The products of the catalogue that its list names.
  public var products: [ProductID]
  /// What was unusual about the file.
  public var oddities: [Oddity]
  /// The entries, if this article is a list of the bugs that a service pack fixes.
  public var fixList: FixList?
}
