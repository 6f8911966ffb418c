import Foundation
import HTTPServer
import Service
import System
import Telemetry
import UseCases

/// Why a command could not do its work: one line for the person, a code for the script.
struct ProgramFailure: Error {
  /// Exit codes, as in sysexits(3) where that names one.
  enum Code: Int32 {
    /// A mistake in the arguments.
    case usage = 64
    /// An input file that can't be used.
    case input = 65
    /// Something that the program needs is not there or taken.
    case unavailable = 69
    /// A database that can't be read or written.
    case storage = 74
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Runs `body` and gives the errors of databases and threads their exit code.
  static func mapping<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as StorageError {
      throw ProgramFailure(.storage, error.description)
    } catch let error as NoThreadError {
      throw ProgramFailure(.unavailable, error.description)
    }
  }
}

/// The terminal.
enum Console {
  /// Prints the result of a command. A reader that went away (`fixlevel … | head`) is no error; a
  /// result that could not be written is one, or a script would take silence for an answer.
  static func print(_ text: String) throws {
    var bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EPIPE { return }
      guard count >= 0 || errno == EINTR else {
        throw ProgramFailure(
          .storage, "cannot write to standard output: \(String(cString: strerror(errno)))")
      }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  /// Whether a line can be printed without waiting for a reader that may be stuck.
  static func hasRoom() -> Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 1_000) > 0
  }

  /// Prints lines for a person. Titles, texts and names come from files of others: what a terminal
  /// would take for a command is a question mark. JSON has them as they are.
  static func print(lines text: String) throws {
    try print(inert(text) { $0 == "\n" || $0 == "\t" ? Character($0) : "?" })
  }

  /// One line for the person, without what a terminal would take for a command.
  static func error(_ text: String) {
    let line = inert(text) { $0 == "\n" ? " " : "?" }
    try? FileHandle.standardError.write(contentsOf: Data("fixlevel: \(line)\n".utf8))
  }

  private static func inert(
    _ text: String, _ replacement: (Unicode.Scalar) -> Character
  ) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if PrintableName.allows(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result.unicodeScalars.append(contentsOf: replacement(scalar).unicodeScalars)
      }
    }
    return result
  }
}
