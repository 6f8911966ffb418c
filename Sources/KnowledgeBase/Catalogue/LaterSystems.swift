/// Systems that hosts of a fleet run today and that no article of the archive is about.
///
/// They have no ladder of levels, and articles aren't searched for their names: "Windows Server 2003" in
/// an article must not become a rule.
enum LaterSystems {
  static let lines: [ProductLine] = [
    line(
      "windows", "Windows, later versions",
      [("vista", "Vista"), ("7", "7"), ("8", "8"), ("8.1", "8.1"), ("10", "10"), ("11", "11")].map {
        ("windows-\($0)", "Windows \($1)")
      }),
    line(
      "windows-server", "Windows Server",
      [
        "2003", "2003 R2", "2008", "2008 R2", "2012", "2012 R2", "2016", "2019", "2022", "2025",
      ].map { version in
        let id = version.lowercased().split(separator: " ").joined(separator: "-")
        return ("windows-server-\(id)", "Windows Server \(version)")
      }),
    line("unix", "Unix", [("linux", "Linux"), ("macos", "macOS"), ("unix", "Unix")]),
  ]

  private static func line(
    _ id: String, _ name: String, _ products: [(id: String, name: String)]
  ) -> ProductLine {
    ProductLine(
      id: "\(id)-later", name: name, names: [], keywords: [],
      releases: products.map { product in
        ProductLine.Release(
          version: product.id,
          products: [
            Product(
              id: ProductID(rawValue: product.id), name: product.name,
              aliases: product.name.hasPrefix("Windows") ? ["Microsoft \(product.name)"] : [],
              levels: [])
          ],
          names: [], keywords: [], suite: nil)
      })
  }
}

/// The kind of system that a product is.
public enum OperatingSystem: Hashable, Sendable {
  /// Windows NT 3.1 to 4.0.
  case windowsNT
  /// Windows 2000 and later.
  case laterWindows
  /// Windows on MS-DOS: 3.x, 95, 98, Millennium Edition.
  case windowsOnDOS
  /// Linux, macOS and other Unix systems.
  case unix
}

extension ProductID {
  /// The system that this product is; nil for a product that runs on one, such as Exchange Server.
  public var operatingSystem: OperatingSystem? {
    switch rawValue {
    case "linux", "macos", "unix": return .unix
    case "windows-3.0", "windows-3.1", "windows-3.11", "windows-95", "windows-98",
      "windows-98-second-edition", "windows-me":
      return .windowsOnDOS
    case _ where rawValue.hasPrefix("windows-nt-"): return .windowsNT
    case _ where rawValue.hasPrefix("windows-"): return .laterWindows
    default: return nil
    }
  }
}

extension ProductCatalogue {
  /// The system that a product's id, name or alias means, also in the longer words of a host such as
  /// `Microsoft Windows Server 2019 Standard`; nil where the words name none.
  public func operatingSystem(named text: String) -> OperatingSystem? {
    if let product = product(named: text) { return product.id.operatingSystem }
    let words = text.utf8.prefix(256).split { !Self.isPartOfWord($0) }
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
    let unixNames: Set = [
      "linux", "macos", "unix", "darwin", "freebsd", "ubuntu", "debian", "solaris", "aix", "centos",
    ]
    if words.contains(where: unixNames.contains) { return .unix }
    guard let windows = words.firstIndex(of: "windows") else { return nil }
    let versions: Set = [
      "vista", "xp", "7", "8", "8.1", "10", "11", "2000", "2003", "2008", "2012", "2016", "2019",
      "2022", "2025",
    ]
    let next = words[(windows + 1)...].first { $0 != "server" }
    if let next, versions.contains(next) { return .laterWindows }
    return nil
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
