/// The name of a product in the API, such as `windows-nt-server-4.0`.
public struct ProductID: RawRepresentable, Hashable, Sendable, Encodable, CustomStringConvertible {
  /// The id as the API spells it, in lower case.
  public let rawValue: String

  /// An id with this spelling. The catalogue need not have a product with this id.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The id itself.
  public var description: String { rawValue }

  /// As a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// A product and its fix levels.
public struct Product: Hashable, Sendable, Encodable {
  /// One fix level of a product.
  public struct Level: Hashable, Sendable, Encodable {
    /// The level, such as `SP3`.
    public var servicePack: ServicePack
    /// The release date, such as `1997-05-15`, or `1999-11` where only the month is known; nil if
    /// unknown.
    public var released: String?
    /// How a host of this level names it: the text of `CSDVersion`, empty where there is none.
    public var reportedAs: String
    /// The version of the kernel file, such as `4.0.1381.4`; several levels can share one.
    public var kernelVersion: String?
    /// What a reader should know about this level, in a sentence; nil if there is nothing to say.
    public var note: String?

    /// A level. What is left nil is unknown.
    public init(
      _ servicePack: ServicePack, released: String? = nil, reportedAs: String,
      kernelVersion: String? = nil, note: String? = nil
    ) {
      self.servicePack = servicePack
      self.released = released
      self.reportedAs = reportedAs
      self.kernelVersion = kernelVersion
      self.note = note
    }

    private enum CodingKeys: String, CodingKey {
      case servicePack = "service_pack"
      case released
      case reportedAs = "reported_as"
      case kernelVersion = "kernel_version"
      case note
    }
  }

  /// The id in the API, such as `windows-nt-server-4.0`.
  public var id: ProductID
  /// The full name, such as `Windows NT Server 4.0`.
  public var name: String
  /// Other names, as articles, hosts and people write them.
  public var aliases: [String]
  /// The fix levels, oldest first.
  public var levels: [Level]

  /// A product. `levels` must be sorted, oldest first.
  public init(id: ProductID, name: String, aliases: [String], levels: [Level]) {
    self.id = id
    self.name = name
    self.aliases = aliases
    self.levels = levels
  }

  /// The levels alone, oldest first.
  public var ladder: [ServicePack] { levels.map(\.servicePack) }

  private enum CodingKeys: String, CodingKey {
    case id, name, aliases, levels
  }
}
