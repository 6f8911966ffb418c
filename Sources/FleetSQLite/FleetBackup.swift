public import Foundation
import GRDB
public import SQLite
import System

/// Backs up `fleet.sqlite` while a server uses it.
public enum FleetBackup {
  /// Copies one snapshot through a read-only connection, checks the copy, and renames it to
  /// `destination` once it is on disk, so that `destination` is never an incomplete copy.
  ///
  /// - Parameters:
  ///   - directory: The data directory.
  ///   - destination: The file to make. An existing file is replaced, unless it is one of the data
  ///     directory's databases.
  /// - Returns: The size of the copy in bytes.
  /// - Throws: `StorageError`. No incomplete copy is left behind, and an existing file stays as it was,
  ///   except if only the sync of the folder failed: then the complete copy is in place.
  public static func write(
    directory: URL, migrations: Migrations, to destination: URL
  ) throws -> Int {
    let source = DatabaseFile(
      kind: .fleet, path: directory.appending(path: FleetDatabase.fileName).path,
      migrations: migrations)
    guard FileManager.default.fileExists(atPath: source.path) else {
      throw StorageError(
        .inaccessible, "back up", path: source.path, reason: "there is no such file",
        hint: "name the data directory with --data-dir")
    }
    let folder = destination.deletingLastPathComponent()
    try refuseLive(destination, in: folder, of: directory)
    let draft = folder.appending(
      path: ".\(destination.lastPathComponent).\(UUID().uuidString).tmp")
    do {
      try copy(source, to: draft)
      try sync(draft)
      guard rename(draft.path, destination.path) == 0 else { throw failure("rename", draft) }
      try sync(folder)
    } catch {
      for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft.path + suffix) }
      throw error
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: destination.path)
    return attributes?[.size] as? Int ?? 0
  }

  /// Refuses what a rename would take from somebody: a database of the data directory, on which a server
  /// would go on writing without a name, and what is no file.
  private static func refuseLive(_ destination: URL, in folder: URL, of directory: URL) throws {
    func refused(_ reason: String) -> StorageError {
      StorageError(
        .inaccessible, "back up to", path: destination.path, reason: reason,
        hint: "name a file of its own")
    }
    var target = stat()
    var (home, live) = (stat(), stat())
    if stat(folder.path, &target) == 0, stat(directory.path, &home) == 0,
      target.st_dev == home.st_dev, target.st_ino == home.st_ino,
      [FleetDatabase.fileName, DatabaseKind.knowledgeBase.fileName].contains(where: {
        destination.lastPathComponent.hasPrefix($0)
      })
    {
      throw refused("a server works on the databases of this folder")
    }
    guard lstat(destination.path, &target) == 0 else { return }
    guard target.st_mode & S_IFMT == S_IFREG else { throw refused("it is not a file") }
    let source = directory.appending(path: FleetDatabase.fileName).path
    if stat(source, &live) == 0, target.st_dev == live.st_dev, target.st_ino == live.st_ino {
      throw refused("it is the database itself")
    }
  }

  private static func copy(_ source: DatabaseFile, to draft: URL) throws {
    let reader = try source.openForReading()
    defer { try? reader.close() }
    let copy = DatabaseFile(kind: .fleet, path: draft.path, migrations: source.migrations)
    try copy.mappingErrors("write the backup to") {
      let writer = try DatabaseQueue(path: draft.path)
      defer { try? writer.close() }
      try reader.backup(to: writer)
      try writer.writeWithoutTransaction { database in
        // One file that needs no log beside it.
        try database.execute(sql: "PRAGMA journal_mode = DELETE")
        let faults = try String.fetchAll(database, sql: "PRAGMA integrity_check")
        guard faults == ["ok"] else { throw copy.corrupt("check", faults.first ?? "no answer") }
        let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
        guard orphans.isEmpty else {
          throw copy.corrupt("check", "rows refer to rows that are missing")
        }
      }
    }
  }

  private static func sync(_ url: URL) throws {
    guard let file = FileDescriptor(opening: url.path, O_RDONLY) else {
      throw failure("open", url)
    }
    guard file.sync() else { throw failure("sync", url) }
  }

  private static func failure(_ operation: String, _ url: URL) -> StorageError {
    StorageError(
      .inaccessible, operation, path: url.path, reason: String(cString: strerror(errno)),
      hint: "check the folder's permissions and its free space")
  }
}
