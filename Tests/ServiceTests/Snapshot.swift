import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// Texts as they were when somebody last looked at them and found them good.
enum Snapshot {
  private static let folder = TestClient.packageFolder.appending(
    path: "Tests/ServiceTests/Snapshots")

  /// Compares a text with its file; with `FIXLEVEL_SNAPSHOTS=write` it is written instead, to be
  /// looked at before it is committed.
  static func compare(_ text: String, with name: String) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["FIXLEVEL_SNAPSHOTS"] == "write" {
      try Data(text.utf8).write(to: file)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "\(name) differs; FIXLEVEL_SNAPSHOTS=write makes it anew")
  }
}
