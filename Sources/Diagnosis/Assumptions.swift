import KnowledgeBase

/// The named assumptions of a diagnosis, in the words that the user reads.
public enum Assumptions {
  /// Background pairs of an open and a close of the key, per hour.
  public static let touchesPerHour = 60.0
  /// The seed of the simulator where none is given.
  public static let seed: UInt64 = 1
  /// How far a diagnosis looks ahead at least, in hours: thirty days.
  public static let horizonHours = 720.0
  /// How far it looks beyond the first dangerous window, in hours, if that comes later.
  public static let hoursAfterFirstWindow = 24.0

  static let oneKey =
    "Worst case: every handle above the run's lowest count is a handle of one registry key. The "
    + "count covers all kinds of handles, so telemetry can rule the wrap out but not prove it."
  static func oneKey(share: Double) -> String {
    "The log counts registry keys apart: \(HumanText.percent(share)) of the handles at its end. Worst "
      + "case: that share of every rise is handles of one key. What share it was at other times is that "
      + "of the nearest count of keys."
  }
  static let perProgram =
    "Handles of all processes of one program on one host are added, because the kernel counts per "
    + "key."
  static let refusal =
    "That a fixed kernel refuses the open that would wrap the count is inferred from a later "
    + "kernel (NT 5.2)."
  static let unknownProduct =
    "The product is not known to Fixlevel, and neither are its levels: none is simulated."
  static func noRule(_ article: ArticleID, _ product: Product) -> String {
    "\(article) does not name \(product.name): none of its levels is simulated."
  }
  static let noProduct =
    "No product was named: Windows NT Server 4.0 is assumed."

  static func background(touchesPerHour: Double) -> String {
    "Other processes open and close the key \(HumanText.number(touchesPerHour)) times an hour, at random "
      + "times."
  }

  /// Said where there are several.
  static func keys(_ count: Int) -> [String] {
    guard count > 1 else { return [] }
    return [
      "The leak is spread evenly over \(count) keys, and so are the opens and closes of other "
        + "processes. Each key has a count of its own; times are those of the first key, chances those "
        + "of any key."
    ]
  }

  static func hazard(_ hazard: Double) -> String {
    let odds = hazard > 0 ? "one in \(HumanText.number(1 / hazard))" : "none"
    return "The chance that one access to freed pool stops the machine is \(odds); nobody has "
      + "measured it."
  }

  static func horizon(hours: Double) -> String {
    "The simulation looks \(HumanText.number(hours / 24)) days beyond the last sample, at the present rate "
      + "and without a restart."
  }

  static func closeAtZero(_ reading: CloseAtZero) -> String {
    switch reading {
    case .article: "A close while the count reads 0 deletes the block, as the article says."
    case .decrement: "A close while the count reads 0 makes it 65,535, against the article."
    }
  }
}
