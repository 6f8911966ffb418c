public import Handles
import KnowledgeBase

/// How much of a resource there is, where that is known from, and what happens when it has run out.
public struct ResourceLimit: Hashable, Sendable {
  /// Where a limit is known from.
  public enum Source: String, Hashable, Sendable, Encodable {
    /// The knowledge base's article.
    case article
    /// Microsoft's documentation.
    case documented
    /// What is known of a related system.
    case inferred
    /// The upload, beside the counts.
    case upload
    /// Whoever asks.
    case request
  }

  /// What runs out.
  public var resource: HandleResource
  /// The count at which it has.
  public var count: Int64
  /// Where the count is known from.
  public var source: Source
  /// What happens then, as the end of a sentence.
  public var effect: String

  /// Whether it is the count of an affected kernel, which wraps.
  var wraps: Bool { self == .wrappingKey }
}

// The table: resource, limit, source, what happens.
extension ResourceLimit {
  /// Windows NT 4.0 before SP4. Earlier versions probably too; the article doesn't cover them.
  static let wrappingKey = ResourceLimit(
    resource: .registryKeyOpens, count: 65_536, source: .article,
    effect: "the count wraps around to 0, which can corrupt memory and stop the machine")
  /// Windows NT 4.0 from SP4 on.
  static let refusingKey = ResourceLimit(
    resource: .registryKeyOpens, count: 65_535, source: .inferred,
    effect: "further opens of the key are refused (ERROR_NO_SYSTEM_RESOURCES)")
  /// Handles of a process, Windows NT and later.
  static let handles = ResourceLimit(
    resource: .handles, count: 16_777_216, source: .documented,
    effect: "further opens fail; in practice the paged pool runs out earlier, at some millions")
  static let gdiObjects = ResourceLimit(
    resource: .gdiObjects, count: 10_000, source: .documented,
    effect: "windows are not drawn and the program fails")
  static let userObjects = ResourceLimit(
    resource: .userObjects, count: 10_000, source: .documented,
    effect: "windows can't be made and the program fails")
  private static let descriptorsEffect = "accept and open fail (EMFILE)"
  private static let givenEffect = "the limit that was given for it is reached"

  /// The limits of one series.
  ///
  /// - Parameters:
  ///   - key: that of a registry key on this host; nil where there is none.
  ///   - given: the caller's limit for what has none of its own.
  static func all(
    of series: HandleSeries, _ resource: HandleResource, key: ResourceLimit?, given: UInt64?
  ) -> [ResourceLimit] {
    let own = series.limit.map { (clamped($0), Source.upload) }
    let asked = given.map { (clamped($0), Source.request) }
    func known(_ limit: (count: Int64, source: Source)?, _ effect: String) -> ResourceLimit? {
      limit.map {
        ResourceLimit(resource: resource, count: $0.count, source: $0.source, effect: effect)
      }
    }
    switch resource {
    case .handles:
      return [key, known(own ?? asked, givenEffect) ?? .handles].compactMap(\.self)
    case .registryKeyOpens: return [key, known(own ?? asked, givenEffect)].compactMap(\.self)
    case .gdiObjects: return [known(own, gdiObjects.effect) ?? gdiObjects]
    case .userObjects: return [known(own, userObjects.effect) ?? userObjects]
    case .fileDescriptors: return [known(own ?? asked, descriptorsEffect)].compactMap(\.self)
    }
  }

  /// That of a registry key, as the host's kernel counts it.
  static func key(_ reading: Reading) -> ResourceLimit? {
    switch reading {
    case .affected, .either, .uncovered, .unnamed: .wrappingKey
    case .fixed: .refusingKey
    case .notApplicable: nil
    }
  }

  private static func clamped(_ limit: UInt64) -> Int64 { Int64(clamping: max(1, limit)) }
}

extension HandleResource {
  /// As a person says it: `10,000 GDI objects`.
  public var plural: String {
    switch self {
    case .handles: "handles"
    case .gdiObjects: "GDI objects"
    case .userObjects: "USER objects"
    case .fileDescriptors: "file descriptors"
    case .registryKeyOpens: "opens of one registry key"
    }
  }
}
