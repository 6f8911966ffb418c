/// Which level goes with which product in a clause such as "SNA Server 3.0 Service Pack 4 and
/// SNA Server 4.0 Service Pack 3".
struct FixClause {
  /// A product and its level; one of the two may be missing.
  struct Claim: Hashable {
    var product: ProductMentions.Mention?
    var level: ProductMentions.Level?
  }

  private(set) var claims: [Claim] = []
  /// All products of the clause.
  private(set) var products: [ProductMentions.Mention] = []

  /// A level goes with the products before it, back to the level before ("A and B Service Pack
  /// 6"), or, where none stands before it, with those after it ("Service Pack 3 of A").
  init(_ items: [ProductMentions.Item]) {
    var waiting: [ProductMentions.Mention] = []
    var leading: ProductMentions.Level?
    var hasLeft = true
    var followsStranger = false
    for item in items {
      switch item {
      case .product(let mention):
        products.append(mention)
        followsStranger = false
        if let leading {
          claims.append(Claim(product: mention, level: leading))
          hasLeft = false
        } else {
          if !hasLeft { waiting = [] }
          waiting.append(mention)
          hasLeft = true
        }
      case .level(let level):
        if !waiting.isEmpty {
          if hasLeft {
            claims += waiting.map { Claim(product: $0, level: level) }
          } else {
            raise(to: level, of: waiting)
          }
          hasLeft = false
        } else if !followsStranger {
          if let leading, hasLeft { claims.append(Claim(product: nil, level: leading)) }
          leading = level
          hasLeft = true
        }
      case .stranger:
        if hasLeft { waiting.removeAll() }
        if leading != nil, hasLeft { leading = nil }
        followsStranger = true
      }
    }
    if let leading, hasLeft, waiting.isEmpty {
      claims.append(Claim(product: nil, level: leading))
    } else if hasLeft {
      claims += waiting.map { Claim(product: $0, level: nil) }
    }
  }

  /// A second level for the same products ("SR-1/SR-1a"): the higher one promises less.
  private mutating func raise(
    to level: ProductMentions.Level, of products: [ProductMentions.Mention]
  ) {
    guard case .pack(let new) = level else { return }
    for index in claims.indices {
      guard let product = claims[index].product, products.contains(product),
        case .pack(let old)? = claims[index].level
      else { continue }
      claims[index].level = .pack(max(old, new))
    }
  }
}
