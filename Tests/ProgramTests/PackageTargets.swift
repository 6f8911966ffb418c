import Foundation

/// A target of Package.swift under Sources.
struct PackageTarget: Hashable {
  var name: String
  /// The modules that its files may import.
  var imports: Set<String>
  var isSystemLibrary: Bool
  /// Files of its folder that are no part of it.
  var excluded: Set<String>
}

/// Reads what Package.swift says of the package's own targets, as the text it is: `swift package` would
/// take seconds.
enum PackageTargets {
  static var all: [PackageTarget] {
    get throws { try all(in: "Package.swift") }
  }

  static func all(in file: String) throws -> [PackageTarget] { targets(of: try manifest(file)) }

  /// Other packages, each as its address and its one version.
  static func packages(in file: String) throws -> Set<String> {
    let packages = try manifest(file).matches(of: /\.package\(url: "([^"]+)", exact: "([^"]+)"\)/)
    return Set(packages.map { "\($0.output.1) \($0.output.2)" })
  }

  private static func manifest(_ file: String) throws -> String {
    try String(contentsOf: ProgramRun.packageFolder.appending(path: file), encoding: .utf8)
  }

  static func targets(of manifest: String) -> [PackageTarget] {
    var products: [Substring: Substring] = [:]
    for match in manifest.matches(of: /static let (\w+) = product\(name: "(\w+)"/) {
      products[match.output.1] = match.output.2
    }
    return manifest.matches(
      of:
        /\.(systemLibrary|target|executableTarget)\(\s*name: "([\w-]+)"([^\n]*(?:\n(?!    \.)[^\n]*)*)/
    )
    .compactMap { match in
      let rest = match.output.3
      if rest.contains("path: \"Tests/") { return nil }
      let dependencies = rest.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 ?? ""
      let excluded = rest.firstMatch(of: /exclude: \[([^\]]*)\]/)?.output.1 ?? ""
      let own = dependencies.matches(of: /"(\w+)"/).map { String($0.output.1) }
      let others = dependencies.matches(of: /\.(\w+)/).compactMap { products[$0.output.1] }
      return PackageTarget(
        name: String(match.output.2), imports: Set(own + others.map(String.init)),
        isSystemLibrary: match.output.1 == "systemLibrary",
        excluded: Set(excluded.matches(of: /"([^"]+)"/).map { String($0.output.1) }))
    }
  }
}

/// The table of modules in ARCHITECTURE.md: layer, module, what it holds, what it imports.
enum ModuleTable {
  struct Row {
    var layer: Int
    var module: String
    var imports: Set<String>
  }

  static var rows: [Row] {
    get throws {
      let text = try String(
        contentsOf: ProgramRun.packageFolder.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
      return text.matches(of: /\n\| (\d) \| `([\w-]+)` \| [^|]* \| ([^|]*) \|/).compactMap {
        match in
        guard let layer = Int(match.output.1) else { return nil }
        let imports = match.output.3.split { !($0.isLetter || $0.isNumber) }.map(String.init)
        return Row(
          layer: layer, module: String(match.output.2), imports: Set(imports).subtracting(["none"]))
      }
    }
  }
}
