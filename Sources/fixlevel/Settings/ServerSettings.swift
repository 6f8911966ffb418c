import Service

/// The rows of the settings table about logs, and about what a server shows to whom.
extension Setting {
  static let config = Setting(
    "config", help: "File with settings as FIXLEVEL_NAME=value lines; options and variables win.",
    commands: withData)
  static let logLevel = Setting(
    "log-level", default: "\(Defaults.logLevel)",
    help: "How much is logged: trace, debug, info, notice, warning, error or critical.",
    commands: [.serve])
  static let logFormat = Setting(
    "log-format", default: Defaults.logFormat.rawValue,
    help: "Lines of the log: text (key=value) or json.",
    commands: [.serve])
  static let accessLog = Setting(
    "access-log", isSwitch: true, help: "Log a line for each request.", commands: [.serve])
  static let metrics = Setting(
    "metrics", default: Defaults.metrics.rawValue,
    help: "Who may read /metrics: open (everybody), token (scope admin) or off.",
    commands: [.serve])
  static let allowedHost = Setting(
    "allowed-host", default: "any",
    help: "Names, separated by commas, that Host may say besides addresses and localhost.",
    commands: [.serve])
  static let corsOrigin = Setting(
    "cors-origin", default: "none",
    help: "Origins, separated by commas, whose scripts may use the API from a browser.",
    commands: [.serve])
  static let drainDelaySeconds = Setting(
    "drain-delay-seconds", default: "\(Defaults.drainDelaySeconds)",
    help: "Seconds for which a server that is to end goes on while /readyz says no.",
    commands: [.serve])
}
