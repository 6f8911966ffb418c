import Bytes
import Foundation
import HTTPTypes
import KnowledgeBase
import Telemetry
import UseCases
import Web

/// The body of `POST /v1/query`, and one of `POST /v1/querybatch`.
struct OSVQuery: Decodable, Hashable {
  struct Package: Decodable, Hashable {
    var name: String?
    var ecosystem: String?
    var purl: String?
  }

  /// `POST /v1/querybatch`.
  struct Batch: Decodable {
    /// As many as OSV.dev takes.
    static let queriesMax = 1_000

    var queries: [OSVQuery]
  }

  /// A thousand queries with their longest names.
  static let bytesMax = 1 << 20

  var commit: String?
  var version: String?
  var package: Package?
  var pageToken: String?

  private enum CodingKeys: String, CodingKey {
    case commit, version, package
    case pageToken = "page_token"
  }

  /// A body as a query or as a batch. Members that nobody knows are passed over.
  static func decoded<Value: Decodable>(_ type: Value.Type, _ body: [UInt8]) throws -> Value {
    do {
      // Foundation reads deeper than is good for a stack, and keeps one of two equal members.
      _ = try JSONObject(body)
      return try JSONDecoder().decode(type, from: Data(body))
    } catch let error as JSONError {
      throw Problem(
        .badRequest,
        "The body is not JSON as it should be: line \(error.line), column \(error.column): "
          + "\(error.detail).")
    } catch let error as DecodingError {
      throw Problem(.badRequest, "The body is no query: \(Self.text(error)).")
    }
  }

  /// Which member is at fault, in the words of JSON: what Foundation says is for programmers.
  private static func text(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): return "\(path(context, key)) is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(path(context)) is not \(kind(type))"
    case .dataCorrupted(let context): return "\(path(context)) can't be read"
    @unknown default: return "it can't be read"
    }
  }

  /// `queries[3].package`, or "the body".
  private static func path(
    _ context: DecodingError.Context, _ last: (any CodingKey)? = nil
  ) -> String {
    var path = ""
    for key in context.codingPath + (last.map { [$0] } ?? []) {
      if let index = key.intValue {
        path += "[\(index)]"
      } else {
        path += (path.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return path.isEmpty ? "the body" : path
  }

  private static func kind(_ type: Any.Type) -> String {
    if type == String.self { return "a string" }
    return type is any RandomAccessCollection.Type ? "an array" : "an object"
  }
}

/// What a query asks for.
enum OSVQuestion {
  /// Every article with a rule for the product.
  case all(Product)
  /// The articles that are affected.
  case affected(MachineLevel)
  /// A package that this knowledge base says nothing of.
  case nothing

  /// - Throws: `Problem` (400), `MachineLevel.Failure`.
  init(_ query: OSVQuery, _ catalogue: ProductCatalogue) throws {
    guard query.commit == nil else {
      throw Problem(.badRequest, "This database knows packages and versions, no commits.")
    }
    guard let package = query.package else {
      throw Problem(.badRequest, "The query names no package.")
    }
    var (name, version) = (package.name, query.version)
    if let purl = package.purl {
      guard package.name == nil, package.ecosystem == nil else {
        throw Problem(.badRequest, "A package has either a purl, or a name and an ecosystem.")
      }
      let parts = OSVPackage.parts(of: try Self.packageURL(purl))
      guard parts?.version == nil || query.version == nil else {
        throw Problem(.badRequest, "The version is there twice: in the purl and beside it.")
      }
      (name, version) = (parts?.name ?? "", parts?.version ?? query.version)
    }
    guard let name else { throw Problem(.badRequest, "The package has no name.") }
    guard package.ecosystem.map({ $0 == OSVPackage.ecosystem }) ?? true,
      let product = catalogue.product(named: name)
    else {
      self = .nothing
      return
    }
    // An empty version is none, as in the messages of OSV.dev.
    guard let version, !version.isEmpty else {
      self = .all(product)
      return
    }
    self = .affected(try MachineLevel(product, level: version))
  }

  private static func packageURL(_ text: String) throws(Problem) -> PackageURL {
    guard let url = PackageURL(text) else {
      throw Problem(
        .badRequest,
        "The purl is none: it is pkg:type/namespace/name@version, such as "
          + "\(OSVPackage.purl(.server, at: .sp3)).")
    }
    return url
  }
}
