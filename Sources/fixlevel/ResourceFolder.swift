import Foundation
import SQLite

/// The folders that the program brings along: `Public` and `Migrations`.
///
/// They are found from the program's own place, so that it can be started from anywhere: beside
/// it, in `../share/fixlevel`, or in a folder above it (a build inside the source tree).
enum ResourceFolder: String {
  case publicFiles = "Public"
  case migrations = "Migrations"

  /// The folder; `override` is the user's own choice.
  func url(override: String?) -> URL {
    if let override { return URL(filePath: override, directoryHint: .isDirectory) }
    return Self.candidates.map { $0.appending(path: rawValue) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
      ?? URL(filePath: rawValue, directoryHint: .isDirectory)
  }

  private static var candidates: [URL] {
    guard
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return [] }
    let folder = URL(filePath: program).deletingLastPathComponent()
    var candidates = [
      folder, folder.appending(path: "../share/fixlevel").standardizedFileURL,
    ]
    var above = folder
    // `.build/<triple>/<configuration>` is three below the package.
    for _ in 0..<4 {
      above.deleteLastPathComponent()
      candidates.append(above)
    }
    return candidates
  }
}
