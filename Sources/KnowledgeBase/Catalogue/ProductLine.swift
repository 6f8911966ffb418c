/// The versions of one product, oldest first, and the words in which articles name them.
struct ProductLine: Sendable {
  /// One version of the line. Usually it is one product; Windows NT 4.0 is four editions.
  struct Release: Sendable {
    /// As articles write it: `4.0`, `97`.
    var version: String
    var products: [Product]
    /// Names that say the version too, such as `windows 2000`.
    var names: [String]
    /// Keyword stems that say the version too, such as `win2000`.
    var keywords: [String]
    /// The suite whose packs carry this release's corrections, such as `visual-studio-6.0` for
    /// `visual-basic-6.0`.
    var suite: ProductID?
  }

  /// The start of the products' ids, such as `sna-server`.
  var id: String
  /// As a person reads it, such as `SNA Server`.
  var name: String
  /// In lower case, without `microsoft`.
  var names: [String]
  /// What keywords begin with after `kb`, in lower case, such as `sna` of `kbSNA400sp3fix`.
  var keywords: [String]
  var releases: [Release]
}

extension ProductLine {
  /// A line whose products are named after their version.
  ///
  /// - Parameters:
  ///   - name: Its lower-case form is one of the names.
  ///   - releases: version, and the levels after RTM separated by spaces.
  init(
    _ id: String, _ name: String, names: [String] = [], keywords: [String] = [],
    suites: [String: String] = [:], _ releases: [(version: String, levels: String)]
  ) {
    self.id = id
    self.name = name
    self.names = [name.lowercased()] + names
    self.keywords = keywords
    self.releases = releases.map { version, levels in
      Release(
        version: version,
        products: [
          Product(
            id: ProductID(rawValue: "\(id)-\(version)"), name: "\(name) \(version)",
            aliases: ["Microsoft \(name) version \(version)"], levels: Self.ladder(levels))
        ],
        names: [], keywords: [], suite: suites[version].map { ProductID(rawValue: $0) })
    }
  }

  /// The release itself and the levels of this text.
  static func ladder(_ levels: String) -> [Product.Level] {
    let packs = levels.split(separator: " ").compactMap { ServicePack(rawValue: String($0)) }
    return [Product.Level(.rtm, reportedAs: "")]
      + packs.map { Product.Level($0, reportedAs: reportedName($0)) }
  }

  /// `Service Pack 3`, `Service Release 1`.
  private static func reportedName(_ level: ServicePack) -> String {
    for (prefix, name) in [
      ("SR-", "Service Release"), ("SP", "Service Pack"), ("OSR", "OEM Service Release"),
      ("UR", "Update Rollup"),
    ] where level.id.hasPrefix(prefix) {
      return "\(name) \(level.id.dropFirst(prefix.count))"
    }
    return level.id
  }

  /// Gives one release names and keywords of its own.
  ///
  /// - Parameter title: the product's name, where it isn't that of the line with the version behind.
  func naming(
    _ version: String, title: String? = nil, names: [String] = [], keywords: [String] = []
  ) -> ProductLine {
    var line = self
    for index in line.releases.indices where line.releases[index].version == version {
      line.releases[index].names += names
      line.releases[index].keywords += keywords
      if let title {
        for product in line.releases[index].products.indices {
          line.releases[index].products[product].name = title
        }
      }
    }
    return line
  }
}
