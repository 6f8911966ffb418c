import Foundation
public import Telemetry

extension LogZone {
  private static let nameBytesMax = 64

  /// `Europe/Berlin`, `+02:00`, `UTC`; nil for a zone that the system doesn't know.
  public init?(named text: String) {
    // A plus sign in a query that wasn't escaped comes as a space.
    let name = text.first == " " ? "+" + text.dropFirst() : text
    if let fixed = LogZone(offset: name) {
      self = fixed
      return
    }
    // Its name becomes one of a file.
    guard name.utf8.count <= Self.nameBytesMax, name.first?.isLetter == true,
      name.utf8.allSatisfy({ byte in
        byte < 0x80
          && (Character(Unicode.Scalar(byte)).isLetter
            || Character(Unicode.Scalar(byte)).isNumber || "/_+-".utf8.contains(byte))
      }), let zone = TimeZone(identifier: name)
    else { return nil }
    self.init(name: name) { local in
      // The offset of a moment that is at most a day away, then that of the moment itself.
      let near = zone.secondsFromGMT(for: Self.date(local))
      let seconds = zone.secondsFromGMT(for: Self.date(local - Int64(near) * 1_000))
      return Int64(seconds) * 1_000
    }
  }

  private static func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
  }
}
