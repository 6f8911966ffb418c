import Bytes
import KnowledgeBase

/// Dates as a person reads them.
enum HumanDate {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// `9 August 2001`.
  static func day(_ date: CivilDate) -> String {
    months.indices.contains(date.month - 1)
      ? "\(date.day) \(months[date.month - 1]) \(date.year)" : date.description
  }

  /// `May 1997` for `1997-05-15` or `1997-05`; nil for another text.
  static func month(_ text: String) -> String? {
    let parts = text.split(separator: "-")
    guard parts.count >= 2, let month = Int(parts[1]), months.indices.contains(month - 1) else {
      return nil
    }
    return "\(months[month - 1].prefix(3)) \(parts[0])"
  }
}
