import Bytes
import Web

/// `/docs`: every route with its parameters, its answers and a command to try it.
struct DocsPage {
  struct Group {
    var name: String
    var anchor: String
    var introduction: [InlineText.Run]
    var operations: [Operation]
  }

  struct Operation {
    var method: String
    var path: String
    var anchor: String
    var summary: [InlineText.Run]
    var note: [InlineText.Run]
    /// What a token must allow; nil where none is needed.
    var scope: String?
    var parameters: [Parameter]
    var hasParameters: Bool
    var answers: [Answer]
    var command: String
  }

  struct Parameter {
    var name: String
    var place: String
    var isRequired: Bool
    var meaning: [InlineText.Run]
  }

  struct Answer {
    var status: String
    var meaning: [InlineText.Run]
  }

  var title: String
  var description: String
  var documentPath = Route.openAPI.path()
  var server: String
  var groups: [Group]

  init(_ document: OpenAPIDocument) {
    title = document.info.title
    description = document.info.description
    let server = document.servers.first?.url ?? ""
    self.server = server
    groups = document.tags.map { tag in
      let operations = document.paths.sorted { $0.key < $1.key }.flatMap { path, methods in
        methods.sorted { $0.key < $1.key }.filter { $0.value.tags.first == tag.name }
          .map { Self.operation($0.key, path, $0.value, document, server: server) }
      }
      return Group(
        name: tag.name, anchor: Self.anchor(tag.name),
        introduction: InlineText.runs(tag.description),
        operations: operations)
    }
  }

  private static func operation(
    _ method: String, _ path: String, _ operation: OpenAPIDocument.Operation,
    _ document: OpenAPIDocument, server: String
  ) -> Operation {
    let parameters = (operation.parameters ?? []).map(document.resolved)
    let scope = operation.security?.first?.values.first?.first
    return Operation(
      method: method.uppercased(), path: path, anchor: anchor("\(method) \(path)"),
      summary: InlineText.runs(operation.summary),
      note: InlineText.runs(operation.description ?? ""), scope: scope,
      parameters: parameters.map {
        Parameter(
          name: $0.name ?? "", place: $0.place ?? "", isRequired: $0.required ?? false,
          meaning: InlineText.runs($0.description ?? ""))
      },
      hasParameters: !parameters.isEmpty,
      answers: operation.responses.sorted { $0.key < $1.key }
        .map {
          Answer(
            status: $0.key, meaning: InlineText.runs(document.resolved($0.value).description ?? ""))
        },
      command: command(
        method, server + path, parameters, extra: operation.curl ?? [], needsToken: scope != nil))
  }

  /// The command line that asks with the examples.
  private static func command(
    _ method: String, _ address: String, _ parameters: [OpenAPIDocument.Parameter],
    extra: [String], needsToken: Bool
  ) -> String {
    var address = address
    var query: [String] = []
    var words = ["curl"]
    if method == "put" { words.append("-X PUT") }
    if needsToken { words.append("-H \"Authorization: Bearer $TOKEN\"") }
    for parameter in parameters {
      guard let name = parameter.name, let example = parameter.example else { continue }
      switch parameter.place {
      case "path": address = address.replacing("{\(name)}", with: PercentCoding.encode(example))
      case "header": words.append("-H '\(name): \(example)'")
      default: query.append("\(name)=\(PercentCoding.encode(example))")
      }
    }
    words += extra
    words.append("'\(address)\(query.isEmpty ? "" : "?" + query.joined(separator: "&"))'")
    return words.joined(separator: " ")
  }

  /// `GET /api/v1/hosts/{host}` as `get-api-v1-hosts-host`.
  private static func anchor(_ text: String) -> String {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }
}
