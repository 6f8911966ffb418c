import HTTPWire

/// The rows of the settings table behind `Limits`.
extension Setting {
  static let maxBodyBytes = Setting(
    "max-body-bytes", default: "\(Defaults.limits.bodyBytes)",
    help: "Bytes of a request body, decompressed (413 beyond).", commands: [.serve])
  static let maxCollectedBytes = Setting(
    "max-collected-bytes", default: "\(Defaults.limits.collectedBytes)",
    help: "Bytes of all request bodies together (503 beyond).", commands: [.serve])
  static let maxRequestLineBytes = Setting(
    "max-request-line-bytes", default: "\(Defaults.limits.requestLineBytes)",
    help: "Bytes of a request line (414 beyond).", commands: [.serve])
  static let maxHeaderBytes = Setting(
    "max-header-bytes", default: "\(Defaults.limits.fieldsBytes)",
    help: "Bytes of all header fields of a request (431 beyond).", commands: [.serve])
  static let maxHeaderFields = Setting(
    "max-header-fields", default: "\(Defaults.limits.fieldsCount)",
    help: "Header fields of a request (431 beyond).", commands: [.serve])
  static let maxConnections = Setting(
    "max-connections", default: "\(Defaults.limits.connections)",
    help: "Open connections (503 and close beyond).", commands: [.serve])
  static let headerSeconds = Setting(
    "header-seconds", default: "\(Defaults.limits.headerMilliseconds / 1_000)",
    help: "Seconds from the first byte of a head to its end (408 beyond).", commands: [.serve])
  static let idleSeconds = Setting(
    "idle-seconds", default: "\(Defaults.limits.idleMilliseconds / 1_000)",
    help: "Seconds without a byte after which a connection closes.", commands: [.serve])
  static let minBodyBytesPerSecond = Setting(
    "min-body-bytes-per-second", default: "\(Defaults.limits.minimumBytesPerSecond)",
    help: "Slowest body that is read, after ten seconds (408 below).", commands: [.serve])
  static let queryMilliseconds = Setting(
    "query-milliseconds", default: "\(Defaults.queryMilliseconds)",
    help: "Milliseconds of a question to the knowledge base (503 beyond).", commands: [.serve])
  static let drainSeconds = Setting(
    "drain-seconds", default: "\(Defaults.limits.drainMilliseconds / 1_000)",
    help: "Seconds that requests in flight may take when the server ends.", commands: [.serve])
}
