/// A fix level of a product, from the release itself to the last roll-up, in order.
///
/// A level means something only together with a product: Service Pack 4 of SNA Server says
/// nothing about Windows NT. The order is one for all levels and fits the ladder of every product:
/// service releases (`SR-1`) come before service packs (`SP2`), as in Office 2000, service packs
/// before OEM releases (`OSR2`), as in Windows 95, and roll-ups last.
public struct ServicePack: Hashable, Comparable, Sendable {
  private enum Kind: UInt16 {
    case release, serviceRelease, servicePack, oemRelease, updateRollup, securityRollup
  }

  /// The place in the order of all levels, for comparing where only numbers compare.
  public let rank: UInt16

  private init(_ kind: Kind, _ number: UInt16 = 0, minor: UInt16 = 0) {
    rank = kind.rawValue << 12 | (number & 0xFF) << 4 | minor & 0xF
  }

  /// The product as it was released, without a service pack.
  public static let rtm = ServicePack(.release)
  /// Service Pack 1.
  public static let sp1 = ServicePack(.servicePack, 1)
  /// Service Pack 2.
  public static let sp2 = ServicePack(.servicePack, 2)
  /// Service Pack 3.
  public static let sp3 = ServicePack(.servicePack, 3)
  /// Service Pack 4.
  public static let sp4 = ServicePack(.servicePack, 4)
  /// Service Pack 5.
  public static let sp5 = ServicePack(.servicePack, 5)
  /// Service Pack 6.
  public static let sp6 = ServicePack(.servicePack, 6)
  /// Service Pack 6a of Windows NT 4.0, whose hosts report Service Pack 6 too.
  public static let sp6a = ServicePack(.servicePack, 6, minor: 1)
  /// The Security Roll-up Package of Windows NT 4.0, which needs SP6a.
  public static let srp = ServicePack(.securityRollup)

  /// The id in the API, such as `SP3`.
  public var id: String { rawValue }

  /// By `rank`: oldest first within one product.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private static let letters = Array("abcdefghijklmno")
}

extension ServicePack: CaseIterable {
  /// The levels of Windows NT 4.0.
  public static let allCases: [ServicePack] = [
    .rtm, .sp1, .sp2, .sp3, .sp4, .sp5, .sp6, .sp6a, .srp,
  ]
}

extension ServicePack: RawRepresentable {
  /// Reads `RTM`, `SR-1`, `SR-2b`, `SP6a`, `OSR2.5`, `UR1` and `SRP`, in exactly this spelling.
  public init?(rawValue: String) {
    switch rawValue {
    case "RTM": self = .rtm
    case "SRP": self = .srp
    default:
      for (prefix, kind) in [
        ("SR-", Kind.serviceRelease), ("SP", .servicePack), ("OSR", .oemRelease),
        ("UR", .updateRollup),
      ] where rawValue.hasPrefix(prefix) {
        self.init(kind, numbered: rawValue.dropFirst(prefix.count))
        return
      }
      return nil
    }
  }

  /// `3`, `6a` or `2.5`, with a number from 1 to 99.
  private init?(_ kind: Kind, numbered text: Substring) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    guard digits.first != "0", digits.count <= 2, let number = UInt16(digits) else { return nil }
    if rest.isEmpty {
      self.init(kind, number)
    } else if kind == .oemRelease, rest.count == 2, rest.first == ".",
      let minor = rest.last?.wholeNumberValue, (1...9).contains(minor)
    {
      self.init(kind, number, minor: UInt16(minor))
    } else if kind != .oemRelease, rest.count == 1, let letter = rest.first,
      let index = Self.letters.firstIndex(of: letter)
    {
      self.init(kind, number, minor: UInt16(index) + 1)
    } else {
      return nil
    }
  }

  /// The level's id, such as `SP6a`. `init(rawValue:)` reads it back.
  public var rawValue: String {
    let number = rank >> 4 & 0xFF
    let minor = Int(rank & 0xF)
    let letter = Self.letters.indices.contains(minor - 1) ? String(Self.letters[minor - 1]) : ""
    switch Kind(rawValue: rank >> 12) {
    case .serviceRelease: return "SR-\(number)\(letter)"
    case .servicePack: return "SP\(number)\(letter)"
    case .oemRelease: return minor == 0 ? "OSR\(number)" : "OSR\(number).\(minor)"
    case .updateRollup: return "UR\(number)\(letter)"
    case .securityRollup: return "SRP"
    case .release, nil: return "RTM"
    }
  }
}

extension ServicePack: Codable {}
