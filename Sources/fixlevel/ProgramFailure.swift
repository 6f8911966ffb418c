import Foundation
import HTTPServer
import Service
import Storage

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

  /// Runs `body` and gives the errors of the modules below their exit codes.
  static func mapping<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as StorageError {
      throw ProgramFailure(.storage, error.description)
    } catch let error as PublicFilesError {
      throw ProgramFailure(.unavailable, error.description)
    } catch let error as ServerError {
      throw ProgramFailure(.unavailable, error.description)
    }
  }
}

/// The terminal. A reader that went away (`fixlevel … | head`) is no error.
enum Console {
  static func print(_ text: String) {
    FileHandle.standardOutput.writeIgnoringErrors(text.hasSuffix("\n") ? text : text + "\n")
  }

  static func error(_ text: String) {
    let line = text.split(separator: "\n").joined(separator: " ")
    FileHandle.standardError.writeIgnoringErrors("fixlevel: \(line)\n")
  }
}

extension FileHandle {
  fileprivate func writeIgnoringErrors(_ text: String) {
    try? write(contentsOf: Data(text.utf8))
  }
}
