public import Bytes

/// Where a fix rule was read, and the words or the keyword it was read from.
public struct Evidence: Hashable, Sendable, Encodable {
  /// The place: a section's heading such as `STATUS`, `Keywords`, or the id of another article.
  public var source: String
  /// The sentence or the keyword, on one line.
  public var text: String
  /// The line of the user's file, counted from 1; nil for what no file was read for.
  public var line: Int?

  /// Evidence from a place. Leave `line` nil if it was not read from a file.
  public init(source: String, text: String, line: Int? = nil) {
    self.source = source
    self.text = text
    self.line = line
  }
}

/// Whether a source states an answer or it was concluded from one.
public enum Certainty: String, Hashable, Sendable, Codable {
  /// `stated`: a source says so in words. `inferred`: concluded from a source that doesn't say so
  /// itself.
  case stated, inferred
}

/// What an article says about a bug in one product: the first level that has it, and what ends it.
///
/// It corresponds to a version range in the OSV schema.
public struct FixRule: Hashable, Sendable {
  /// What ends the bug.
  public enum Resolution: Hashable, Sendable {
    /// A service pack: the first level with the fix.
    case servicePack(ServicePack)
    /// "The latest service pack": the text gives no number.
    case latestServicePack
    /// Only a hotfix, which no service pack includes.
    case hotfix
    /// Only a later version of the product.
    case laterVersion
    /// The article names no fix.
    case none

    /// The first level with the fix; nil unless this is `servicePack`.
    public var level: ServicePack? {
      if case .servicePack(let level) = self { level } else { nil }
    }

    /// `fixed`, `latest_service_pack`, `hotfix`, `later_version` or `none`.
    public var state: String {
      switch self {
      case .servicePack: "fixed"
      case .latestServicePack: "latest_service_pack"
      case .hotfix: "hotfix"
      case .laterVersion: "later_version"
      case .none: "none"
      }
    }

    /// The reverse of `state` and `level`; nil for a pair that isn't one.
    public init?(state: String, level: ServicePack?) {
      switch (state, level) {
      case ("fixed", let level?): self = .servicePack(level)
      case ("latest_service_pack", nil): self = .latestServicePack
      case ("hotfix", nil): self = .hotfix
      case ("later_version", nil): self = .laterVersion
      case ("none", nil): self = .none
      default: return nil
      }
    }
  }

  /// A fix that was available before the first level that includes it.
  public struct Hotfix: Hashable, Sendable, Encodable {
    /// The level that the hotfix was made for.
    public var level: ServicePack
    /// The date of the kernel file that it installs.
    public var kernelDate: CivilDate
    /// Where the hotfix is mentioned.
    public var evidence: Evidence

    /// A hotfix for a level, recognised by the date of the kernel file that it installs.
    public init(level: ServicePack, kernelDate: CivilDate, evidence: Evidence) {
      self.level = level
      self.kernelDate = kernelDate
      self.evidence = evidence
    }

    private enum CodingKeys: String, CodingKey {
      case level = "service_pack"
      case kernelDate = "kernel_date"
      case evidence
    }
  }

  /// The product that the rule is about. An article may have several rules for one product.
  public var product: ProductID
  /// The first level that has the bug.
  public var introduced: ServicePack
  /// What ends the bug, if anything does.
  public var resolution: Resolution
  /// Whether a source states the rule or it was concluded from one.
  public var certainty: Certainty
  /// The hotfix that fixes the bug before the service pack does; nil if none is known.
  public var hotfix: Hotfix?
  /// The passages that the rule was read from.
  public var evidence: [Evidence]

  /// A rule. By default the bug is there from the first release on.
  public init(
    product: ProductID, introduced: ServicePack = .rtm, resolution: Resolution,
    certainty: Certainty, hotfix: Hotfix? = nil, evidence: [Evidence]
  ) {
    self.product = product
    self.introduced = introduced
    self.resolution = resolution
    self.certainty = certainty
    self.hotfix = hotfix
    self.evidence = evidence
  }
}

extension FixRule: Encodable {
  private enum CodingKeys: String, CodingKey {
    case product, introduced, fixed, state, certainty, hotfix, evidence
  }

  /// As an object. `fixed` is the level, or null where no level has the fix; `state` says why.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(product, forKey: .product)
    try container.encode(introduced, forKey: .introduced)
    try container.encode(resolution.level, forKey: .fixed)
    try container.encode(resolution.state, forKey: .state)
    try container.encode(certainty, forKey: .certainty)
    try container.encodeIfPresent(hotfix, forKey: .hotfix)
    try container.encode(evidence, forKey: .evidence)
  }
}
