/// The parts of an OpenAPI 3.1 document that `/docs` shows.
struct OpenAPIDocument: Decodable, Sendable {
  struct Info: Decodable, Sendable {
    var title: String
    var description: String
  }

  struct Server: Decodable, Sendable {
    var url: String
  }

  /// A group of operations.
  struct Tag: Decodable, Sendable {
    var name: String
    var description: String
  }

  /// What one method does at one path.
  struct Operation: Decodable, Sendable {
    var tags: [String]
    var summary: String
    var description: String?
    var parameters: [Parameter]?
    var responses: [String: Answer]
    /// Scopes by the name of their scheme; missing where everybody may ask.
    var security: [[String: [String]]]?
    /// Further arguments of `curl`, such as the body.
    var curl: [String]?

    private enum CodingKeys: String, CodingKey {
      case tags, summary, description, parameters, responses, security
      case curl = "x-curl"
    }
  }

  /// A parameter, or the name of a shared one.
  struct Parameter: Decodable, Sendable {
    var reference: String?
    var name: String?
    /// `path`, `query` or `header`.
    var place: String?
    var required: Bool?
    var description: String?
    /// What the page asks with; a query parameter without one is left out there.
    var example: String?

    private enum CodingKeys: String, CodingKey {
      case reference = "$ref"
      case name
      case place = "in"
      case required, description, example
    }
  }

  /// An answer, or the name of a shared one.
  struct Answer: Decodable, Sendable {
    var reference: String?
    var description: String?

    private enum CodingKeys: String, CodingKey {
      case reference = "$ref"
      case description
    }
  }

  struct Components: Decodable, Sendable {
    var parameters: [String: Parameter]
    var responses: [String: Answer]
  }

  var info: Info
  var servers: [Server]
  var tags: [Tag]
  /// Methods in lower case by path.
  var paths: [String: [String: Operation]]
  var components: Components

  /// A parameter itself, where another one names it.
  func resolved(_ parameter: Parameter) -> Parameter {
    guard let name = parameter.reference?.split(separator: "/").last else { return parameter }
    return components.parameters[String(name)] ?? parameter
  }

  /// An answer itself, where another one names it.
  func resolved(_ answer: Answer) -> Answer {
    guard let name = answer.reference?.split(separator: "/").last else { return answer }
    return components.responses[String(name)] ?? answer
  }
}
