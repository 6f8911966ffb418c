public import Handles

/// Numbers and times as people read them, the same in answers, on pages and in the terminal.
public enum HumanText {
  /// `0.5`, `41.2`, `60`, `10,952`: one decimal below a thousand, none if it is 0, groups of three
  /// above.
  public static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "very many" }
    let isWhole = abs(value) >= 1_000
    let scaled = Int64((isWhole ? value : value * 10).rounded())
    let (whole, tenth) =
      isWhole ? (scaled.magnitude, 0) : scaled.magnitude.quotientAndRemainder(dividingBy: 10)
    let text = grouped(whole) + (tenth == 0 ? "" : ".\(tenth)")
    return scaled < 0 ? "-\(text)" : text
  }

  /// `72.7 %`.
  public static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }

  /// `1999-03-01 08:00 UTC`.
  public static func minutes(_ time: Timestamp) -> String {
    let text = time.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }

  private static func grouped(_ number: UInt64) -> String {
    let digits = String(number)
    let head = digits.count % 3
    var groups = head == 0 ? [] : [String(digits.prefix(head))]
    var rest = digits.dropFirst(head)
    while !rest.isEmpty {
      groups.append(String(rest.prefix(3)))
      rest = rest.dropFirst(3)
    }
    return groups.joined(separator: ",")
  }
}
