/// Two folders of a module that use each other's types, so that neither can be understood alone.
struct FolderCircle: CustomStringConvertible {
  /// `A and B`.
  var folders: String
  /// Which types the first takes of the second, and the reverse.
  var description: String
}

/// Looks for circles among the direct subfolders of a module. Files at its root are no folder: what all
/// folders share belongs there.
enum FolderCircles {
  static func find(in sources: [SwiftSource]) -> [FolderCircle] {
    var types: [String: Set<String>] = [:]
    var words: [String: Set<String>] = [:]
    for source in sources {
      guard let folder = source.folder else { continue }
      types[folder, default: []].formUnion(source.types)
      words[folder, default: []].formUnion(source.typeWords)
    }
    let folders = types.keys.sorted()
    return folders.enumerated().flatMap { index, first in
      folders[(index + 1)...].compactMap { second in
        let taken = words[first, default: []].intersection(types[second, default: []])
        let given = words[second, default: []].intersection(types[first, default: []])
        if taken.isEmpty || given.isEmpty { return nil }
        return FolderCircle(
          folders: "\(first) and \(second)",
          description: "\(first) uses \(list(taken)) of \(second), which uses \(list(given))")
      }
    }
  }

  private static func list(_ names: Set<String>) -> String {
    names.sorted().joined(separator: ", ")
  }
}
