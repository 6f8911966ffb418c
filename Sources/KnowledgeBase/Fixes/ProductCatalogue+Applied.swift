extension ProductCatalogue {
  /// The products that the lines of an article's list name, in any of the ways in which articles
  /// name them (`Microsoft Windows NT Server versions 3.51, 4.0`), each once.
  public func products(appliedTo lines: [String]) -> [ProductID] {
    AppliedProducts(lines, catalogue: self).products
  }
}
