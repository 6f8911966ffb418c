/// The rows of the settings table behind `Limits`.
extension Setting {
  static let maxBodyBytes = Setting(
    "max-body-bytes", default: "67108864",
    help: "Bytes of a request body, decompressed (413 beyond).", commands: [.serve])
  static let maxCollectedBytes = Setting(
    "max-collected-bytes", default: "536870912",
    help: "Bytes of all request bodies together (503 beyond).", commands: [.serve])
  static let maxRequestLineBytes = Setting(
    "max-request-line-bytes", default: "8192",
    help: "Bytes of a request line (414 beyond).", commands: [.serve])
  static let maxHeaderBytes = Setting(
    "max-header-bytes", default: "32768",
    help: "Bytes of all header fields of a request (431 beyond).", commands: [.serve])
  static let maxHeaderFields = Setting(
    "max-header-fields", default: "100",
    help: "Header fields of a request (431 beyond).", commands: [.serve])
  static let maxConnections = Setting(
    "max-connections", default: "10000",
    help: "Open connections (503 and close beyond).", commands: [.serve])
  static let headerSeconds = Setting(
    "header-seconds", default: "10",
    help: "Seconds from the first byte of a head to its end (408 beyond).", commands: [.serve])
  static let idleSeconds = Setting(
    "idle-seconds", default: "60",
    help: "Seconds without a byte after which a connection closes.", commands: [.serve])
  static let minBodyBytesPerSecond = Setting(
    "min-body-bytes-per-second", default: "1024",
    help: "Slowest body that is read, after ten seconds (408 below).", commands: [.serve])
  static let queryMilliseconds = Setting(
    "query-milliseconds", default: "1000",
    help: "Milliseconds of a question to the knowledge base (503 beyond).", commands: [.serve])
  static let drainSeconds = Setting(
    "drain-seconds", default: "9",
    help: "Seconds that requests in flight may take when the server ends.", commands: [.serve])
}
