/// The fix level of one product that a host's own words for its service pack mean.
public enum ReportedLevel: Hashable, Sendable {
  /// The levels that the words fit, oldest first, never empty; `note` says why there are several.
  case candidates([ServicePack], note: String?)
  /// The words name a level that this product never had.
  case notOnLadder(String)
  /// The words name no level.
  case unrecognised

  /// The longest text that is read, in bytes. No host needs that many to report its level.
  public static let bytesMax = 256

  /// Reads a level in any of the spellings in use: `SP3`, `3`, `Service Pack 3`,
  /// `Service Pack 3, RC 1.76`, `Version 4.0 (Build 1381: Service Pack 6)`,
  /// `Revised Service Pack 6a`, `0x300`, a kernel file version, or an empty string (RTM).
  public init(_ text: String, of product: Product) {
    guard text.utf8.count <= Self.bytesMax else {
      self = .unrecognised
      return
    }
    let words = LevelWords(text)
    if words.isEmpty {
      self = .found(.rtm, of: product)
    } else if let build = words.kernelBuild {
      self = .kernel(build: build, of: product)
    } else if let value = words.registryValue {
      self = .registry(value: value, of: product)
    } else if let named = words.servicePack(of: product) {
      self = .named(named, of: product)
    } else if let level = Self.spelt(text, of: product) {
      self = .candidates([level], note: nil)
    } else {
      self = .unrecognised
    }
  }

  /// The level whose id or name this is, such as `UR1` and `Update Rollup 1`.
  private static func spelt(_ text: String, of product: Product) -> ServicePack? {
    let text = text.lowercased()
    return product.levels.first {
      $0.servicePack.id.lowercased() == text || $0.reportedAs.lowercased() == text
    }?.servicePack
  }

  private static func found(_ level: ServicePack, of product: Product) -> Self {
    product.ladder.contains(level)
      ? .candidates([level], note: nil) : .notOnLadder(level.id)
  }

  private static func named(_ name: LevelWords.Name, of product: Product) -> Self {
    guard let level = ServicePack(rawValue: name.level), product.ladder.contains(level) else {
      return .notOnLadder(name.level)
    }
    if name.isPreRelease {
      return preRelease(of: level, on: product)
    }
    return name.isInHostsWords
      ? sharedName(of: level, on: product) : .candidates([level], note: nil)
  }

  /// Hosts of SP6a call themselves Service Pack 6 too. Those of the roll-up do as well, and count
  /// as what it is installed on, SP6a: only their kernel tells it.
  private static func sharedName(of level: ServicePack, on product: Product) -> Self {
    guard level == .sp6, product.ladder.contains(.sp6a) else {
      return .candidates([level], note: nil)
    }
    return .candidates(
      [.sp6, .sp6a],
      note: "Service Pack 6 is what SP6 and SP6a both report; "
        + "Hotfix\\Q246009\\Installed = 1 in the registry means SP6a. A host with the roll-up (SRP) "
        + "reports it too and counts as SP6a, unless its kernel's version is given.")
  }

  /// A release candidate is not the pack it leads to: at least the level before, at most the pack.
  private static func preRelease(of level: ServicePack, on product: Product) -> Self {
    guard let index = product.ladder.firstIndex(of: level), index > 0 else {
      return .unrecognised
    }
    let before = product.ladder[index - 1]
    return .candidates(
      [before, level],
      note: "A release candidate of \(level.id) is not \(level.id): counted as somewhere between "
        + "\(before.id) and \(level.id).")
  }

  /// `CSDVersion` as a DWORD: the major level times 256, plus a minor one for pre-releases.
  private static func registry(value: Int, of product: Product) -> Self {
    let (major, minor) = (value / 256, value % 256)
    guard major > 0 else {
      return minor == 0 ? found(.rtm, of: product) : .unrecognised
    }
    guard let level = ServicePack(rawValue: "SP\(major)"), product.ladder.contains(level) else {
      return .notOnLadder("SP\(major)")
    }
    return minor == 0 ? sharedName(of: level, on: product) : preRelease(of: level, on: product)
  }

  private static func kernel(build: Int, of product: Product) -> Self {
    if build >= 7_000, build < 8_000, product.ladder.contains(.srp) {
      return .candidates([.srp], note: nil)
    }
    let levels = product.levels.filter { $0.kernelVersion == "4.0.1381.\(build)" }
      .map(\.servicePack)
    guard !levels.isEmpty else { return .unrecognised }
    let names = levels.map(\.id).joined(separator: " and ")
    return .candidates(
      levels,
      note: levels.count > 1 ? "Kernel 4.0.1381.\(build) came with \(names)." : nil)
  }
}
