public import Foundation
import HTTPWire
import Mustache

/// The page templates and the files that pages load, read from `Public` once at the start.
///
/// A request never names a file: what isn't in these tables doesn't exist.
public struct PublicFiles: Sendable {
  /// A file of `Public/assets`.
  struct Asset: Sendable {
    var mediaType: String
    var bytes: [UInt8]
  }

  let templates: MustacheLibrary
  let assets: [String: Asset]
  /// `openapi.json`: the API for programs, from which the page for people is made.
  let openAPI: OpenAPIFile
  /// When the newest of the files was changed, in seconds since 1970.
  let modified: Int64

  /// Reads `templates/*.mustache` and `assets/*` of a folder.
  ///
  /// - Throws: `PublicFilesError`.
  public init(folder: URL) throws {
    ScalarHTML.register()
    var templates = MustacheLibrary()
    var modified: Int64 = 0
    for (name, bytes) in try Self.files(in: folder, "templates", newest: &modified) {
      guard name.hasSuffix(".mustache") else { continue }
      do {
        try templates.register(
          ScalarHTML.pragma + String(decoding: bytes, as: UTF8.self),
          named: String(name.dropLast(9)))
      } catch {
        throw PublicFilesError(path: name, reason: "\(error)")
      }
    }
    for page in PageTemplate.allCases where templates.getTemplate(named: page.rawValue) == nil {
      throw PublicFilesError(
        path: folder.path, reason: "the template \(page.rawValue) is missing")
    }
    self.templates = templates
    openAPI = try OpenAPIFile(folder.appending(path: OpenAPIFile.name))
    var assets: [String: Asset] = [:]
    for (name, bytes) in try Self.files(in: folder, "assets", newest: &modified) {
      guard let ending = name.split(separator: ".").last, let type = Self.mediaTypes[String(ending)]
      else { continue }
      assets[name] = Asset(mediaType: type, bytes: bytes)
    }
    self.assets = assets
    self.modified = modified
  }

  private static let mediaTypes = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8",
  ]

  /// The files of a folder, in the order of their names.
  ///
  /// - Parameter newest: Raised to when the newest was changed. Asked of the system itself, which takes a
  ///   hundredth of the time that Foundation's resource values take.
  private static func files(
    in folder: URL, _ name: String, newest: inout Int64
  ) throws -> [(name: String, bytes: [UInt8])] {
    let path = folder.path + "/" + name
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map {
        let file = path + "/" + $0
        var status = stat()
        if stat(file, &status) == 0 { newest = max(newest, Int64(status.st_mtim.tv_sec)) }
        return ($0, Array(try Data(contentsOf: URL(filePath: file, directoryHint: .notDirectory))))
      }
    } catch {
      throw PublicFilesError(path: path, reason: error.localizedDescription)
    }
  }
}

/// Why the files of `Public` can't be used.
public struct PublicFilesError: Error, CustomStringConvertible {
  var path: String
  var reason: String

  /// What was tried, on what, why it failed, and what to do.
  public var description: String {
    "cannot read the page templates: \(path): \(reason); "
      + "keep the Public folder beside the program or name it with --public-dir"
  }
}

extension PublicFiles {
  /// The page of a model, in UTF-8.
  func render(_ page: PageTemplate, _ model: Any) -> [UInt8] {
    // The initialiser has seen every template, so there is always one.
    Array((templates.render(PageFrame(model, of: page), withTemplate: page.rawValue) ?? "").utf8)
  }
}
