import Foundation
import System
import Testing
import UseCases

@testable import fixlevel

@Suite("Commands that ask the server")
struct ControlSocketTests {
  private func folder(_ name: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "fixlevel-\(UUID().uuidString)").appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test("a request reaches the server and its answer comes back, however long the path is")
  func exchange() throws {
    let folder = try folder(String(repeating: "long-", count: 40))
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let request = TokenRequest.revoke(id: 7, at: 5)
    #expect(try ControlSocket.ask(request, in: folder) == nil, "nobody listens")
    for round in 0..<2 {
      let server = try ControlServer(directory: folder) { asked in
        asked == request ? .done(id: 7) : .refused("another")
      }
      #expect(try ControlSocket.ask(request, in: folder) == .done(id: 7), "round \(round)")
      server.stop()
      #expect(try ControlSocket.ask(request, in: folder) == nil)
    }
  }

  @Test("nobody but the owner may connect, and nonsense does no harm")
  func hostile() throws {
    let folder = try folder("data")
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let server = try ControlServer(directory: folder) { _ in .done(id: 1) }
    defer { server.stop() }
    let path = folder.appending(path: ControlSocket.fileName).path
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    for nonsense in ["", "{", String(repeating: "x", count: 100_000)] {
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      #expect(try ControlSocket.withAddress(folder) { connect(descriptor, $0, $1) } == 0)
      ControlSocket.write(Array(nonsense.utf8), to: descriptor)
    }
    #expect(try ControlSocket.ask(.revoke(id: 1, at: 1), in: folder) == .done(id: 1))
  }

  @Test("a server that can't start leaves no descriptor open")
  func failedStart() throws {
    let missing = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    // Other tests of this process open a few beside this one.
    let rounds = 512
    let before = try Self.openDescriptors()
    for _ in 0..<rounds {
      #expect(throws: StorageError.self) {
        try ControlServer(directory: missing) { _ in .done(id: 1) }
      }
    }
    #expect(try Self.openDescriptors() < before + rounds / 2)
  }

  private static func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }
}
