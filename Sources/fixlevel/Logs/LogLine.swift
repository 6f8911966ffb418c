import Bytes
import Foundation
import KnowledgeBase
import Logging

/// One line of a log, before it is written.
struct LogLine {
  /// Characters of one field; the rest of a longer one is left out.
  static let fieldLengthMax = 2_048

  let time: Date
  let level: Logger.Level
  let message: String
  let fields: [(key: String, value: String)]

  /// The line with its end.
  func text(_ format: LineLogHandler.Format) -> String {
    let start = [("time", timestamp), ("level", level.rawValue), ("msg", message)]
    let pairs = start + fields.map { ($0.key, $0.value) }
    switch format {
    case .text:
      return pairs.map { "\($0.0)=\(Self.word($0.1))" }.joined(separator: " ") + "\n"
    case .json:
      let members = pairs.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }
      return "{\(members.joined(separator: ","))}\n"
    }
  }

  /// RFC 3339 in UTC, with milliseconds. By plain arithmetic: Foundation's formatter takes longer than all
  /// the rest of a line.
  private var timestamp: String {
    let milliseconds = Int((time.timeIntervalSince1970 * 1_000).rounded(.down))
    let (seconds, part) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
    let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: days) ?? .unknown
    let clock = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, to: 2) }
    return "\(date)T\(clock.joined(separator: ":")).\(padded(part, to: 3))Z"
  }

  /// Without quotation marks where nothing in it needs them.
  private static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && text.utf8.count <= 128
      && text.utf8.allSatisfy { byte in
        (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || "-._/".utf8.contains(byte)
      }
    return isPlain ? text : quoted(text)
  }

  /// A string of JSON (RFC 8259 §7), in ASCII: what could be taken for a command by a terminal, or turn
  /// the direction of writing, is there as its number.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(fieldLengthMax) {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      }
    }
    return result + "\""
  }
}
