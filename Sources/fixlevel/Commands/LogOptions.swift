import ArgumentParser
import Logging

/// How a server logs.
struct LogOptions: ParsableArguments {
  @Option(name: .setting(.logLevel), help: .setting(.logLevel), transform: Self.level)
  var logLevel = Defaults.logLevel

  @Option(name: .setting(.logFormat), help: .setting(.logFormat))
  var logFormat = Defaults.logFormat

  @Flag(name: .setting(.accessLog), help: .setting(.accessLog))
  var accessLog = false

  /// A logger whose lines go through this queue.
  func logger(to queue: LogQueue) -> Logger {
    Logger(label: "fixlevel") { [logLevel] _ in LineLogHandler(queue: queue, logLevel: logLevel) }
  }

  /// Whether requests are logged: their lines are of the level info.
  var logsRequests: Bool { accessLog && logLevel <= .info }

  private static func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text.lowercased()) else {
      let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(Setting.logLevel.flag) takes one of \(levels)")
    }
    return level
  }
}

extension LineLogHandler.Format: ExpressibleByArgument {}
