import Foundation
import SQLite

@testable import ArticleStore
@testable import HTTPWire
@testable import KnowledgeBase
@testable import Service

/// The whole application behind the whole of HTTP: no failure of its own, whatever is asked.
func fuzzService(_ bytes: [UInt8]) {
  let client = Client(serviceHandler, Limits())
  client.talk([bytes])
  client.hangUp()
  for answer in client.answers {
    require(answer.status != 500, "\(answer)")
    if answer.fields["content-type"]?.contains("json") == true, !answer.body.isEmpty,
      answer.fields["content-encoding"] == nil
    {
      require((try? JSONSerialization.jsonObject(with: Data(answer.body))) != nil, "\(answer)")
    }
  }
}

/// One handler for all inputs; its cache is as a server's, full of what others asked for.
nonisolated(unsafe) private let serviceHandler: ServiceHandler = {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  do {
    let migrations = try Migrations(folder: root.appending(path: "Migrations/kb"))
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "fixlevel-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try KnowledgeBaseBuilder.prepare(directory: folder, migrations: migrations)
    return try Service(
      files: try PublicFiles(folder: root.appending(path: "Public")),
      bodyBytesMax: 1 << 20, cacheBytesMax: 1 << 18,
      knowledgeBase: KnowledgeBaseSource(directory: folder, migrations: migrations),
      report: { error, route in require(false, "\(error) at \(route)") }
    ).makeHandler()
  } catch {
    fatalError("the service does not start: \(error)")
  }
}()
