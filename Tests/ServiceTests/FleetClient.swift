import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// The routes of the fleet over a database of their own, without HTTP in front of them.
final class FleetClient {
  let database: FleetDatabase
  /// Where its requests come from.
  var address = ClientAddress.unknown
  let desk: TokenDesk
  let knowledgeBase: KnowledgeBaseSource
  private let directory: DataDirectory
  private let lock: DataDirectoryLock
  let fleet: FleetService
  private var handler: ServiceHandler
  var meter: ServiceMeter { handler.service.meter }
  private let time = TestTime()

  /// A clock that the test moves.
  final class TestTime: Sendable {
    let milliseconds = Atomic<Int64>(946_684_800_000)
  }

  init(
    requests: RateLimit = RateLimit(perSecond: 1_000, burst: 1_000),
    bytes: RateLimit = RateLimit(perSecond: 1 << 30, burst: 1 << 30),
    refusals: RateLimit = RateLimit(perSecond: 1_000, burst: 1_000),
    limits: FleetLimits = FleetLimits(), articles: [Article] = [.q179827],
    store: (FleetDatabase) -> any FleetStore = { $0 },
    report: @escaping @Sendable (any Error) -> Void = { Issue.record($0) }
  ) throws {
    let directory = try DataDirectory(articles)
    let lock = try DataDirectoryLock(directory: directory.url)
    let database = try FleetDatabase(
      directory: directory.url, lockedBy: lock,
      migrations: try Migrations(
        folder: TestClient.packageFolder.appending(path: "Migrations/fleet")), limits: limits,
      timeLimit: .seconds(600))
    self.directory = directory
    self.lock = consume lock
    self.database = database
    desk = try TokenDesk(database)
    knowledgeBase = KnowledgeBaseSource(
      directory: directory.url, migrations: directory.migrations, timeLimit: .seconds(600))
    let time = time
    let clock = FleetClock(
      now: {
        Timestamp(milliseconds: time.milliseconds.load(ordering: .relaxed))
          ?? FleetClock.system.now()
      }, ticks: { time.milliseconds.load(ordering: .relaxed) * 1_000_000 })
    fleet = FleetService(
      store: store(database), desk: desk, requests: requests, bytes: bytes, refusals: refusals,
      clock: clock)
    handler = try Service(
      files: try PublicFiles(folder: TestClient.packageFolder.appending(path: "Public")),
      bodyBytesMax: 1 << 20, knowledgeBase: knowledgeBase, fleet: fleet,
      report: { error, _ in report(error) }
    ).makeHandler()
  }

  deinit { try? database.close() }

  func wait(seconds: Int64) {
    time.milliseconds.add(seconds * 1_000, ordering: .relaxed)
  }

  var now: Timestamp { fleet.clock.now() }

  /// A new token's text.
  func token(
    _ scope: TokenScope, tenant: String = "t", expires: Timestamp? = nil
  ) throws -> String {
    let random = (0..<TokenText.randomBytes).map { _ in UInt8.random(in: 0...255) }
    guard let text = TokenText(random: random) else { throw CocoaError(.coderInvalidValue) }
    _ = try database.add(
      NewToken(
        tenant: tenant, name: "test", scope: scope, prefix: text.shownPrefix, hash: text.hash,
        created: now, expires: expires))
    try desk.reload()
    return text.text
  }

  func get(
    _ target: String, _ token: String?, _ fields: [String: String] = [:]
  ) throws -> Answer {
    try send("GET", target, token, fields)
  }

  func send(
    _ method: String, _ target: String, _ token: String?, _ fields: [String: String] = [:],
    _ body: String = ""
  ) throws -> Answer {
    try send(method, target, token, fields, bytes: Array(body.utf8))
  }

  func send(
    _ method: String, _ target: String, _ token: String?, _ fields: [String: String] = [:],
    bytes: [UInt8]
  ) throws -> Answer {
    guard
      let components = URLComponents(
        string: "http://h" + (target.hasPrefix("/v1/") ? "" : "/api/v1") + target),
      let method = HTTPRequest.Method(rawValue: method)
    else { throw CocoaError(.coderInvalidValue) }
    var request = Request(
      method: method, path: components.path.split(separator: "/").map(String.init))
    request.client = address
    request.query = (components.queryItems ?? []).map {
      Request.QueryItem(name: $0.name, value: $0.value ?? "")
    }
    if let token { request.fields[.authorization] = "Bearer \(token)" }
    for (name, value) in fields {
      if let name = HTTPField.Name(name) { request.fields[name] = value }
    }
    return Self.answer(response(request, bytes))
  }

  private func response(_ request: Request, _ body: [UInt8]) -> Response {
    switch handler.respond(to: request) {
    case .respond(let response): return response
    case .work(let work): return work(Cancellation())
    case .collect(_, let work): return work(CollectedBytes(body), Cancellation())
    case .collectDeferred(_, let work):
      return awaitAnswer { work(CollectedBytes(body), Cancellation(), Responder($0)) }
    case .prepared, .workOn:
      return Problem(.internalServerError, "not used here").response(to: .none)
    }
  }

  private static func answer(_ response: Response) -> Answer {
    var fields: [String: String] = [:]
    for field in response.fields { fields[field.name.canonicalName] = field.value }
    return Answer(status: response.status.code, fields: fields, body: response.body)
  }
}
