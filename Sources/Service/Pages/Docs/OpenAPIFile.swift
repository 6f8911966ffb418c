import Foundation

/// `Public/openapi.json`: as programs get it, and read as far as the page for people needs it.
struct OpenAPIFile: Sendable {
  static let name = "openapi.json"

  let bytes: [UInt8]
  private let path: String

  /// - Throws: `PublicFilesError`.
  init(_ file: URL) throws {
    path = file.path
    do {
      bytes = Array(try Data(contentsOf: file))
    } catch {
      throw PublicFilesError(path: path, reason: "\(error)")
    }
  }

  /// Read when somebody looks at the page, because Foundation's decoder takes as long as all tables of the
  /// databases together take to open; the page is kept.
  ///
  /// - Throws: `PublicFilesError`.
  func document() throws -> OpenAPIDocument {
    do {
      return try JSONDecoder().decode(OpenAPIDocument.self, from: Data(bytes))
    } catch {
      throw PublicFilesError(path: path, reason: "\(error)")
    }
  }
}
