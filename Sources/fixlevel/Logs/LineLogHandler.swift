import Foundation
import Logging

/// Makes each event of the log one line, with its metadata as fields, and hands it to a queue.
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

  let queue: LogQueue
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(queue: LogQueue, logLevel: Logger.Level) {
    self.queue = queue
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
    queue.append(
      .line(
        LogLine(
          time: .now, level: event.level, message: event.message.description,
          fields: fields.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })))
    // What is critical may be the last that this process does.
    if event.level == .critical { queue.flush() }
  }
}
