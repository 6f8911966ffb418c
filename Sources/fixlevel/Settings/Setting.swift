import ArgumentParser
import Diagnosis
import UseCases

/// One option of the program: the row that makes its flag, its environment variable, its help,
/// and its line in the documentation.
struct Setting: Sendable {
  /// The commands that have settings.
  enum Command: String, CaseIterable, Sendable {
    case serve, `import`, article, search, check, missing, diagnose, simulate, backup, export,
      health
    case tokenCreate = "token create"
    case tokenList = "token list"
    case tokenRevoke = "token revoke"
  }

  /// `data-dir`: the flag is `--data-dir`, the variable `FIXLEVEL_DATA_DIR`.
  let name: String
  /// Whether the option stands alone, without a value.
  let isSwitch: Bool
  /// As shown to people; nil if the option has none.
  let defaultText: String?
  /// What it does, with its unit.
  let help: String
  let commands: [Command]

  /// The commands that read or write the data directory.
  static let withData: [Command] = [
    .serve, .import, .article, .search, .check, .missing, .diagnose, .backup, .export,
    .tokenCreate, .tokenList, .tokenRevoke,
  ]

  init(
    _ name: String, isSwitch: Bool = false, default defaultText: String? = nil, help: String,
    commands: [Command]
  ) {
    self.name = name
    self.isSwitch = isSwitch
    self.defaultText = defaultText
    self.help = help
    self.commands = commands
  }

  var flag: String { "--\(name)" }

  var variable: String {
    "FIXLEVEL_" + name.uppercased().split(separator: "-").joined(separator: "_")
  }
}

extension Setting {
  static let host = Setting(
    "host", default: Defaults.host, help: "Address to listen on.", commands: [.serve, .health])
  static let port = Setting(
    "port", default: "\(Defaults.port)", help: "TCP port to listen on; 0 takes a free one.",
    commands: [.serve, .health])
  static let threads = Setting(
    "threads", default: "one per core", help: "Threads that serve connections.",
    commands: [.serve])
  static let workers = Setting(
    "workers", default: "one per core",
    help: "Threads that decode and diagnose uploads; as many answer searches and lists.",
    commands: [.serve])
  static let dataDir = Setting(
    "data-dir", default: Defaults.dataDir, help: "Folder of kb.sqlite and fleet.sqlite.",
    commands: withData)
  static let publicDir = Setting(
    "public-dir", default: "beside the program",
    help: "Folder of the page templates and assets.", commands: [.serve])
  static let migrationsDir = Setting(
    "migrations-dir", default: "beside the program",
    help: "Folder of the database migrations.", commands: withData)
  static let json = Setting(
    "json", isSwitch: true, help: "Print JSON, as the API answers.",
    commands: [.article, .search, .check, .missing, .diagnose, .simulate])
  static let product = Setting(
    "product", help: "Product id, such as windows-nt-server-4.0.",
    commands: [.search, .check, .missing, .diagnose, .simulate])
  static let servicePack = Setting(
    "service-pack", help: "Level as the machine reports it: SP3, \"Service Pack 3\", 0x300 …",
    commands: [.check, .missing, .diagnose])
  static let kernelDate = Setting(
    "kernel-date", help: "Date of the kernel file, such as 1997-12-05.",
    commands: [.check, .diagnose])
  static let kernelVersion = Setting(
    "kernel-version", help: "Version of the kernel file, such as 4.0.1381.4.",
    commands: [.check, .diagnose])
  static let limit = Setting(
    "limit", default: "\(Defaults.searchLimit)", help: "Articles to show, 1 to 100.",
    commands: [.search])
  static let hostName = Setting(
    "host-name", help: "Name of the machine, where the log has none.", commands: [.diagnose])
  static let handleLimit = Setting(
    "handle-limit", help: "Highest count a process may have, where the log doesn't say.",
    commands: [.diagnose])
  static let asOf = Setting(
    "as-of", default: "now", help: "Time that the answer is for, such as 1999-03-04T10:00:00Z.",
    commands: [.diagnose])
  static let dateOrder = Setting(
    "date-order",
    help: "Order of the log's dates where it can't be told from them: mdy, dmy or ymd.",
    commands: [.diagnose])
  static let timeZone = Setting(
    "time-zone",
    help: "Zone of a log that names none, such as Europe/Berlin or +02:00; UTC without it.",
    commands: [.diagnose])
  static let processName = Setting(
    "process",
    help: "Process whose counts they are, for a log of times and counts that names none.",
    commands: [.diagnose])
  static let seed = Setting(
    "seed", default: "\(Defaults.seed)",
    help: "Seed of the simulator: the same seed gives the same answer.",
    commands: [.diagnose, .simulate])
  static let opensPerHour = Setting(
    "opens-per-hour", help: "Opens of the key by the leaking program, per hour.",
    commands: [.simulate])
  static let closesPerHour = Setting(
    "closes-per-hour", default: "\(Int(Defaults.closesPerHour))",
    help: "Opens that the program closes again, per hour.",
    commands: [.simulate])
  static let touchesPerHour = Setting(
    "touches-per-hour", default: "\(Int(Defaults.touchesPerHour))",
    help: "Opens and closes by other programs, per hour.",
    commands: [.simulate])
  static let hours = Setting(
    "hours", default: "\(Int(Defaults.hours))", help: "How far to simulate, in hours.",
    commands: [.simulate])
  static let hazard = Setting(
    "hazard", default: "\(Defaults.hazard)",
    help: "Chance that one access to the freed block brings the machine down.",
    commands: [.simulate])
  static let closeAtZero = Setting(
    "close-at-zero", default: Defaults.closeAtZero.rawValue,
    help: "What a close at count 0 does: article (deletes the block) or decrement.",
    commands: [.simulate])

  static let keys = Setting(
    "keys", default: "\(Defaults.keys)",
    help: "Keys that the leak is spread over evenly, 1 to 256.",
    commands: [.simulate])

  /// Every setting of every command.
  static let all: [Setting] = [
    config, host, port, threads, workers, dataDir, publicDir, migrationsDir, logLevel, logFormat,
    accessLog, metrics, allowedHost, corsOrigin, drainDelaySeconds, maxBodyBytes,
    maxCollectedBytes, maxRequestLineBytes, maxHeaderBytes, maxHeaderFields, maxConnections,
    headerSeconds, idleSeconds, minBodyBytesPerSecond, queryMilliseconds, drainSeconds, json,
    product,
    servicePack, kernelDate, kernelVersion, limit, hostName, handleLimit, asOf, dateOrder, timeZone,
    processName, seed,
    opensPerHour,
    closesPerHour, touchesPerHour, hours, hazard, closeAtZero, keys, retain, fullResolution,
    tokenName,
    scope, tenant, expires, fleetStore, seriesURL, seriesWriteURL, seriesTenancy, seriesLookback,
    seriesSeconds, seriesConnections, evaluateSeconds, shard, tokenFile,
  ]
}

extension ArgumentHelp {
  /// The help of a setting, with its default and its environment variable.
  static func setting(_ setting: Setting) -> ArgumentHelp {
    let defaultText = setting.defaultText.map { "default: \($0); " } ?? ""
    return ArgumentHelp("\(setting.help) (\(defaultText)environment: \(setting.variable))")
  }
}

extension NameSpecification {
  /// The flag of a setting.
  static func setting(_ setting: Setting) -> NameSpecification { .customLong(setting.name) }
}

extension Setting {
  /// The arguments with what the environment sets and they don't, so that both are read and
  /// refused by the same rules.
  static func arguments(_ arguments: [String], environment: [String: String]) -> [String] {
    guard let first = arguments.firstIndex(where: { !$0.hasPrefix("-") }) else { return arguments }
    let words = arguments[first...].prefix(2)
    guard
      let command = Command(rawValue: words.joined(separator: " "))
        ?? Command(rawValue: arguments[first])
    else { return arguments }
    let index = first + command.rawValue.count { $0 == " " }
    let added = all.filter { $0.commands.contains(command) }.compactMap { setting -> String? in
      guard let value = environment[setting.variable],
        !arguments.contains(where: {
          $0 == setting.flag || $0.hasPrefix(setting.flag + "=")
        })
      else { return nil }
      guard setting.isSwitch else { return "\(setting.flag)=\(value)" }
      return ["", "0", "false", "no"].contains(value.lowercased()) ? nil : setting.flag
    }
    return Array(arguments[...index]) + added + arguments[(index + 1)...]
  }
}
