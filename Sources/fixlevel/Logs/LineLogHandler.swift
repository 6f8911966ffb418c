import Foundation
import Logging

/// Writes each event of the log as one line to standard error, with its metadata as fields.
///
/// What comes from outside may hold anything: a field's text can neither end its line nor its quotes,
/// nor move a terminal's cursor, whatever it is.
struct LineLogHandler: LogHandler {
  /// What a line is.
  enum Format: String, Sendable, CaseIterable {
    /// `time=… level=info msg="…" key="…"`, known as logfmt.
    case text
    /// One JSON object.
    case json
  }

  let format: Format
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(format: Format, logLevel: Logger.Level) {
    self.format = format
    self.logLevel = logLevel
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata
    if let metadata = event.metadata { fields.merge(metadata) { $1 } }
    if let metadataProvider { fields.merge(metadataProvider.get()) { $1 } }
    let line = LogLine(
      time: .now, level: event.level, message: event.message.description,
      fields: fields.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })
    Self.write(line.text(format))
  }

  /// One call for each line, so that lines of several threads don't mix. Where nobody reads them any more
  /// the server goes on.
  private static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
