public import ArticleStore
import Fleet
import HTTPTypes
import HTTPWire
public import KnowledgeBase
import Meters
import UseCases
public import Web

/// The application: articles, fix answers and diagnoses over HTTP, without a socket.
///
/// It is shared by all threads; each makes a `ServiceHandler` of its own from it.
public struct Service: Sendable {
  /// An error that a client only sees as 500, for the log.
  public typealias FailureReport =
    @Sendable (
      _ error: any Error, _ context: RequestContext
    ) -> Void

  let files: PublicFiles
  let catalogue: ProductCatalogue
  /// Bytes of an upload, decompressed.
  let bodyBytesMax: Int
  /// Bytes of encoded answers that each thread keeps.
  let cacheBytesMax: Int
  let knowledgeBase: KnowledgeBaseSource
  /// Nil for a service without a fleet, whose routes are 404 then.
  let fleet: FleetService?
  let exposure: Exposure
  let meter: ServiceMeter
  let drainState = DrainState()
  let report: FailureReport

  /// What is kept out of logs.
  public static let secrets = SecretPrefix(TokenText.prefix)

  /// - Parameters:
  ///   - knowledgeBase: where the handlers and the workers get their connections.
  ///   - meter: what `/metrics` shows.
  ///   - report: called once for each failure that is no fault of the client.
  public init(
    files: PublicFiles, catalogue: ProductCatalogue = .builtIn,
    bodyBytesMax: Int,
    cacheBytesMax: Int = 16 * 1024 * 1024,
    knowledgeBase: KnowledgeBaseSource,
    fleet: FleetService? = nil,
    exposure: Exposure = Exposure(), meter: ServiceMeter = ServiceMeter(),
    report: @escaping FailureReport
  ) {
    self.files = files
    self.catalogue = catalogue
    self.bodyBytesMax = bodyBytesMax
    self.cacheBytesMax = cacheBytesMax
    self.knowledgeBase = knowledgeBase
    self.fleet = fleet
    self.exposure = exposure
    self.meter = meter
    self.report = report
  }

  /// A handler with a connection to the knowledge base of its own.
  ///
  /// - Throws: `StorageError`.
  public func makeHandler() throws -> ServiceHandler {
    ServiceHandler(service: self, current: try CurrentStore(knowledgeBase))
  }

  /// Says on `/readyz` that the service is about to stop, so that no further clients are sent to it.
  public func beginDrain() { drainState.begin() }
}

extension Service {
  /// When what the answers are made of changed for the last time.
  func modified(_ store: ArticleStore) -> HTTPDate {
    HTTPDate(unixSeconds: max(store.modified, files.modified))
  }
}
