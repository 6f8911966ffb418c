/// One of `count` parts of the hosts. Every process puts a given host into the same part.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  private static let countMax: UInt64 = 1_000

  /// The number of this part, from 1 to `count`.
  public let number: UInt64
  /// The number of parts, from 1 to 1,000.
  public let count: UInt64

  /// The only part of one: all hosts.
  public static let whole = Shard(number: 1, count: 1)

  private init(number: UInt64, count: UInt64) {
    self.number = number
    self.count = count
  }

  /// Reads `2/5`, the second of five parts; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let number = UInt64(parts[0]), let count = UInt64(parts[1]),
      (1...Self.countMax).contains(count), (1...count).contains(number)
    else { return nil }
    self.init(number: number, count: count)
  }

  /// As `2/5`, which `init(_:)` reads back.
  public var description: String { "\(number)/\(count)" }

  func contains(_ host: HostKey) -> Bool { host.hash % count == number - 1 }
}

/// A host of a tenant, with a number that is the same in every process and every version.
struct HostKey: Hashable, Sendable {
  var tenant: String
  var name: String

  var hash: UInt64 { StableHash.of(Array(tenant.utf8) + [0] + Array(name.utf8)) }

  /// The number of the host in lists: never 0, never negative.
  var id: Int64 { max(1, Int64(truncatingIfNeeded: hash >> 1)) }
}

/// A number that is the same in every process and every version.
enum StableHash {
  /// FNV-1a, mixed at the end as SplitMix64 does, since the low bits alone choose a shard.
  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }
}
