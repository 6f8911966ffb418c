import ArgumentParser
import Foundation

/// The root of the command tree.
struct Fixlevel: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "fixlevel",
    abstract: "Whether a Windows NT 4.0 machine has the fix of Q179827, and whether it leaks.",
    version: version,
    // Each says its name: to make one of the type's name takes a look at all types of the program.
    subcommands: [
      Serve.self, Import.self, PrintArticle.self, Search.self, Check.self, Missing.self,
      Diagnose.self, Simulate.self, Token.self, Backup.self, Export.self, Health.self,
    ])

  func run() throws {
    let names = Setting.Command.allCases.map(\.rawValue).joined(separator: ", ")
    throw ProgramFailure(.usage, "a command is missing: \(names); see fixlevel --help")
  }
}

@main
enum Main {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    openStandardStreams()
    do {
      let given = Array(CommandLine.arguments.dropFirst())
      let environment = try Setting.environment(
        ProcessInfo.processInfo.environment, arguments: given)
      let arguments = Setting.arguments(given, environment: environment)
      var command = try Fixlevel.parseAsRoot(arguments)
      try command.run()
    } catch {
      end(error)
    }
  }

  /// A stream that was closed would give its number to the next file that is opened, and what is
  /// printed would end up there.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Ends the program with what the error says: help on standard output, a mistake as one line on
  /// standard error.
  private static func end(_ error: any Error) -> Never {
    if let failure = error as? ProgramFailure {
      Console.error(failure.message)
      exit(failure.code.rawValue)
    }
    if let code = error as? ExitCode { exit(code.rawValue) }
    if Fixlevel.exitCode(for: error).isSuccess {
      try? Console.print(Fixlevel.fullMessage(for: error))
      exit(EXIT_SUCCESS)
    }
    Console.error("\(Fixlevel.message(for: error)); see fixlevel --help")
    exit(EX_USAGE)
  }
}
