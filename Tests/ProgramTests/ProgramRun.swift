import Foundation
import Testing

/// The program as people start it: a process of its own.
struct ProgramRun {
  var code: Int32
  var output: String
  var error: String

  /// The program that was built together with these tests.
  static var program: URL {
    URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "fixlevel")
  }

  static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Runs the program to its end.
  ///
  /// - Parameter place: where its output goes instead of into `output`.
  init(
    _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    folder: URL? = nil, output place: URL? = nil
  ) throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("FIXLEVEL_") }
    variables.merge(environment) { $1 }
    process.environment = variables
    process.currentDirectoryURL = folder
    let directory = try ScratchFolder()
    // Files and not pipes: a pipe that nobody reads in time would stop the program.
    let names = ["out", "err", "in"].map { directory.url.appending(path: $0) }
    try Data((input ?? "").utf8).write(to: names[2])
    for name in names.prefix(2) { try Data().write(to: name) }
    process.standardOutput = try FileHandle(forWritingTo: place ?? names[0])
    process.standardError = try FileHandle(forWritingTo: names[1])
    process.standardInput = try FileHandle(forReadingFrom: names[2])
    try process.run()
    process.waitUntilExit()
    code = process.terminationReason == .exit ? process.terminationStatus : -1
    output = try String(contentsOf: names[0], encoding: .utf8)
    error = try String(contentsOf: names[1], encoding: .utf8)
  }
}

/// A folder of one test, gone when the test is.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "fixlevel-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }
}

/// Waits until a condition holds.
///
/// A machine that is busy with other work may take long, so that this gives up where something hangs.
func eventually(
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) throws {
  let end = ContinuousClock.now + .seconds(600)
  while try !condition() {
    try #require(ContinuousClock.now < end, "it never came", sourceLocation: sourceLocation)
    usleep(10_000)
  }
}
