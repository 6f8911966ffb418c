import HTTPTypes
import HTTPWire
import Web

extension Call {
  /// `/docs`.
  func docs() -> Answer {
    page(.docs) { [service] _ in DocsPage(try service.files.openAPI.document()) }
  }

  /// `/openapi.json`.
  func openAPI() -> Answer {
    .cached(.json) { _ in
      Document(
        service.files.openAPI.bytes, mediaType: Representation.json.mediaType, modified: modified)
    }
  }
}
