import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPWire
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System

@testable import Service
@testable import UseCases
@testable import Web

/// An answer as a client sees it.
struct Answer {
  var status: Int
  /// Lower-case names.
  var fields: [String: String]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON.
  func json() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(body))
    return value as? [String: Any] ?? [:]
  }
}

/// The application with HTTP in front of it and no socket.
final class TestClient {
  private var handler: ServiceHandler
  let service: Service
  private let directory: DataDirectory
  /// Bytes that the handler keeps of answers.
  var cachedBytes: Int { handler.cache.bytes }
  /// What the service reported as its own failures.
  let failures = Failures()

  final class Failures: Sendable {
    private let errors = Mutex<[String]>([])
    var all: [String] { errors.withLock { $0 } }
    func add(_ error: any Error) { errors.withLock { $0.append("\(error)") } }
  }

  static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init(
    articles: [Article] = [.q179827], bodyBytesMax: Int = 1 << 20, cacheBytesMax: Int = 1 << 20,
    timeLimit: Duration = .seconds(600), exposure: Exposure = Exposure()
  ) throws {
    directory = try DataDirectory(articles)
    let failures = failures
    let service = Service(
      files: try PublicFiles(folder: Self.packageFolder.appending(path: "Public")),
      bodyBytesMax: bodyBytesMax, cacheBytesMax: cacheBytesMax,
      knowledgeBase: KnowledgeBaseSource(
        directory: directory.url, migrations: directory.migrations, timeLimit: timeLimit,
        lookInterval: .zero),
      exposure: exposure, report: { error, _ in failures.add(error) })
    self.service = service
    handler = try service.makeHandler()
  }

  /// Puts another knowledge base in the place of the present one, as an import does. The handler looks
  /// for one at every request.
  func replaceKnowledgeBase(by articles: [Article]) throws { try directory.replace(by: articles) }

  /// Puts something in its place that is no database.
  func damageKnowledgeBase() throws { try directory.damage() }

  func removeKnowledgeBase() throws { try directory.remove() }

  func get(_ target: String, _ fields: [String: String] = [:]) throws -> Answer {
    try send("GET", target, fields)
  }

  func post(
    _ target: String, _ body: some Sequence<UInt8>, _ fields: [String: String] = [:]
  ) throws -> Answer {
    try send("POST", target, fields, Array(body))
  }

  func send(
    _ method: String, _ target: String, _ fields: [String: String] = [:], _ body: [UInt8]? = nil
  ) throws -> Answer {
    let host = fields["Host"] ?? "localhost"
    var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n"
    for (name, value) in fields where name != "Host" { head += "\(name): \(value)\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    return try exchange(Array("\(head)\r\n".utf8) + (body ?? []), expectsBody: method != "HEAD")
  }

  private struct NoAnswer: Error {}

  private func exchange(_ request: [UInt8], expectsBody: Bool) throws -> Answer {
    let limits = Limits()
    let time = TimeReading(
      now: MonotonicTime(milliseconds: 0), date: HTTPDate(unixSeconds: 784_111_777))
    var conversation = Conversation(
      limits: limits, budget: BodyBudget(limits: limits), now: time.now)
    var buffers = TurnBuffers(limits: limits)
    var output: [UInt8] = []
    var rest = request[...]
    var isOpen = true
    conversation.borrow(&buffers)
    repeat {
      let count = conversation.read(at: time) { free in
        let part = rest.prefix(free.count)
        free.copyBytes(from: part)
        return part.count
      }
      rest = rest.dropFirst(count)
      while let work = conversation.proceed(with: &handler, at: time) {
        conversation.finish(work.answer(), at: time)
      }
      _ = conversation.write(at: time) { pending in
        for index in pending.indices { output.append(pending[index]) }
        return pending.count
      }
      if case .close = conversation.settle(at: time) { isOpen = false }
      if count == 0 { isOpen = false }
    } while isOpen && !rest.isEmpty
    return try Self.answer(output)
  }

  private static func answer(_ bytes: [UInt8]) throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    guard
      let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: end) })
    else { throw NoAnswer() }
    let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw NoAnswer() }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let pair = line.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { throw NoAnswer() }
      fields[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
    }
    return Answer(status: status, fields: fields, body: Array(bytes[(headEnd + 4)...]))
  }
}
