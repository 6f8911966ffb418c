import Foundation
import Testing

@testable import System

@Suite("Locks of files")
struct FileLockTests {
  @Test("one holder at a time, and the next once the first is gone")
  func exclusive() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "fixlevel-lock-\(UUID().uuidString)").path
    defer { unlink(path) }
    #expect(try isFree(path))
    try holding(path) {
      let isFree = try isFree(path)
      #expect(!isFree)
    }
    #expect(try isFree(path))
  }

  @Test("a descriptor that can't be locked says so, with the path")
  func impossible() throws {
    let error = #expect(throws: StorageError.self) {
      _ = try FileLock(of: FileDescriptor(owning: -1), path: "/nowhere")
    }
    #expect(error?.description.contains("/nowhere") == true)
  }

  private struct NotOpened: Error {}

  private func holding(_ path: String, _ body: () throws -> Void) throws {
    guard let file = FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: 0o600),
      let lock = try FileLock(of: file, path: path)
    else { throw NotOpened() }
    try body()
    withExtendedLifetime(lock) {}
  }

  private func isFree(_ path: String) throws -> Bool {
    guard let file = FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: 0o600) else {
      throw NotOpened()
    }
    switch try FileLock(of: file, path: path) {
    case .none: return false
    case .some: return true
    }
  }
}
