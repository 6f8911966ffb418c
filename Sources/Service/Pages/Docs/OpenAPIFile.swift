import Foundation

/// `Public/openapi.json`: as programs get it, and read as far as the page for people needs it.
struct OpenAPIFile: Sendable {
  static let name = "openapi.json"

  let bytes: [UInt8]
  let document: OpenAPIDocument

  /// - Throws: `PublicFilesError`.
  init(_ file: URL) throws {
    do {
      let data = try Data(contentsOf: file)
      bytes = Array(data)
      document = try JSONDecoder().decode(OpenAPIDocument.self, from: data)
    } catch {
      throw PublicFilesError(path: file.path, reason: "\(error)")
    }
  }
}
