import Bytes
import Diagnosis
import Fleet
import Foundation
import Handles
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

@Suite("Backups of the fleet")
struct FleetBackupTests {
  @Test("a copy made while uploads run opens and has all that was acknowledged before it")
  func whileWriting() throws {
    let fleet = try TestFleet()
    let samples = try FleetStoreTests.samples(count: 900)
    _ = try fleet.store(samples)
    let isDone = Atomic<Bool>(false)
    let ended = DispatchSemaphore(value: 0)
    let database = fleet.database
    let thread = Thread {
      while !isDone.load(ordering: .relaxed) {
        _ = try? database.store(
          FleetUpload(
            tenant: "t",
            series: (try? [FleetStoreTests.series("OTHER", count: 5)]) ?? [],
            received: TestFleet.now))
      }
      ended.signal()
    }
    thread.start()
    defer {
      isDone.store(true, ordering: .relaxed)
      ended.wait()
    }
    let target = try TestDirectory()
    let copy = target.url.appending(path: FleetDatabase.fileName)
    let migrations = try fleet.directory.migrations("fleet")
    for _ in 0..<3 {
      let bytes = try FleetBackup.write(
        directory: fleet.directory.url, migrations: migrations, to: copy)
      #expect(bytes > 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: target.url.path)
      #expect(files == [FleetDatabase.fileName], "and nothing beside it")
    }
    let lock = try DataDirectoryLock(directory: target.url)
    let restored = try FleetDatabase(
      directory: target.url, lockedBy: lock, migrations: migrations)
    let host = try #require(try restored.host("PLC-07", of: "t"))
    #expect(try restored.series(of: host, SeriesSelection()).flatMap(\.samples) == samples)
    try restored.close()
  }

  @Test("a backup never takes the place of a live database, nor of what is no file")
  func destinations() throws {
    let fleet = try TestFleet()
    let (live, target) = (fleet.directory.url, try TestDirectory())
    let migrations = try fleet.directory.migrations("fleet")
    try FileManager.default.createSymbolicLink(
      at: target.url.appending(path: "live"), withDestinationURL: live)
    try FileManager.default.linkItem(
      at: live.appending(path: FleetDatabase.fileName), to: target.url.appending(path: "hard"))
    try FileManager.default.createSymbolicLink(
      at: target.url.appending(path: "soft"),
      withDestinationURL: live.appending(path: FleetDatabase.fileName))
    #expect(mkfifo(target.url.appending(path: "pipe").path, 0o600) == 0)
    for place in [
      live.appending(path: FleetDatabase.fileName), live.appending(path: "fleet.sqlite-wal"),
      live.appending(path: "kb.sqlite"), target.url.appending(path: "live/fleet.sqlite"),
      target.url.appending(path: "hard"), target.url.appending(path: "soft"),
      target.url.appending(path: "pipe"), target.url,
    ] {
      #expect(throws: StorageError.self, "\(place.path)") {
        try FleetBackup.write(directory: live, migrations: migrations, to: place)
      }
    }
    #expect(try fleet.store(FleetStoreTests.samples(count: 3)).acceptedSamples == 3)
    let other = live.appending(path: "backup.sqlite")
    #expect(try FleetBackup.write(directory: live, migrations: migrations, to: other) > 0)
  }

  @Test("a backup that fails leaves nothing, and the file that was there")
  func failure() throws {
    let (source, target) = (try TestDirectory(), try TestDirectory())
    let old = target.url.appending(path: "old")
    try Data("old".utf8).write(to: old)
    let migrations = try source.migrations("fleet")
    #expect(throws: StorageError.self, "there is no database") {
      try FleetBackup.write(directory: source.url, migrations: migrations, to: old)
    }
    try Data(String(repeating: "not a database ", count: 99).utf8)
      .write(to: source.url.appending(path: FleetDatabase.fileName))
    #expect(throws: StorageError.self) {
      try FleetBackup.write(directory: source.url, migrations: migrations, to: old)
    }
    #expect(try Data(contentsOf: old) == Data("old".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.url.path) == ["old"])
  }
}
