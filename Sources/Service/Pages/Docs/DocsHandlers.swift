import HTTPTypes
import HTTPWire
import Web

extension ServiceHandler {
  /// `/docs`.
  mutating func docs(_ request: Request) throws -> Reception {
    let file = service.files.openAPI
    return try page(.docs, .docs, request) { DocsPage(try file.document()) }
  }

  /// `/openapi.json`.
  mutating func openAPI(_ request: Request) -> Reception {
    let (bytes, modified) = (service.files.openAPI.bytes, modified)
    return cached(.openAPI, .json, for: request) {
      Document(bytes, mediaType: Representation.json.mediaType, modified: modified)
    }
  }
}
