/// Windows NT 4.0 in its four editions.
///
/// Releases and kernel versions: the service packs' own notes, Q246009 (SP6a), Q299444 (SRP),
/// and Q222970, Q240331, Q258970 (the packs of Terminal Server Edition).
enum WindowsNT40 {
  static let release = ProductLine.Release(
    version: "4.0", products: [workstation, server, enterprise, terminalServer], names: [],
    keywords: ["tse", "winnttse", "nttermserv", "nttermserv400"], suite: nil)

  private static let workstation = Product(
    id: .workstation, name: "Windows NT Workstation 4.0",
    aliases: [
      "Microsoft Windows NT Workstation version 4.0", "nt4-workstation", "NT 4.0 Workstation",
    ],
    levels: nt40)

  private static let server = Product(
    id: .server, name: "Windows NT Server 4.0",
    aliases: ["Microsoft Windows NT Server version 4.0", "nt4-server", "NT 4.0 Server"],
    levels: nt40)

  private static let enterprise = Product(
    id: .enterprise, name: "Windows NT Server 4.0, Enterprise Edition",
    aliases: [
      "Microsoft Windows NT Server, Enterprise Edition version 4.0",
      "Windows NT Server Enterprise Edition 4.0",
    ],
    levels: nt40)

  private static let terminalServer = Product(
    id: .terminalServer, name: "Windows NT Server 4.0, Terminal Server Edition",
    aliases: [
      "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
      "Windows NT Server 4.0 TSE",
    ],
    levels: terminalServer40)

  private static let nt40: [Product.Level] = [
    .init(.rtm, released: "1996-07-31", reportedAs: "", kernelVersion: "4.0.1381.1"),
    .init(.sp1, released: "1996-10-16", reportedAs: "Service Pack 1", kernelVersion: "4.0.1381.1"),
    .init(.sp2, released: "1996-12-14", reportedAs: "Service Pack 2", kernelVersion: "4.0.1381.3"),
    .init(.sp3, released: "1997-05-15", reportedAs: "Service Pack 3", kernelVersion: "4.0.1381.4"),
    .init(
      .sp4, released: "1998-10-25", reportedAs: "Service Pack 4", kernelVersion: "4.0.1381.133"),
    .init(
      .sp5, released: "1999-05-04", reportedAs: "Service Pack 5", kernelVersion: "4.0.1381.204"),
    .init(
      .sp6, released: "1999-10", reportedAs: "Service Pack 6", kernelVersion: "4.0.1381.335",
      note: "The month is not confirmed."),
    .init(
      .sp6a, released: "1999-11", reportedAs: "Service Pack 6", kernelVersion: "4.0.1381.335",
      note: "Reports itself as Service Pack 6; Hotfix\\Q246009\\Installed = 1 tells it apart. "
        + "The month is not confirmed."),
    .init(
      .srp, released: "2001-07-26", reportedAs: "Service Pack 6",
      note: "Needs SP6a and reports itself as Service Pack 6 too: it counts as SP6a unless its "
        + "kernel's version, 4.0.1381.7000 and up, is given."),
  ]

  private static let terminalServer40: [Product.Level] = [
    .init(
      .rtm, released: "1998-06-16", reportedAs: "Service Pack 3",
      note: "Shipped at the level of SP3."),
    .init(.sp3, released: "1998-06-16", reportedAs: "Service Pack 3", note: "The same as RTM."),
    .init(.sp4, reportedAs: "Service Pack 4", note: "A pack of its own: Q222970."),
    .init(.sp5, reportedAs: "Service Pack 5", note: "A pack of its own: Q240331."),
    .init(.sp6, reportedAs: "Service Pack 6", note: "A pack of its own: Q258970."),
  ]
}

extension ProductID {
  /// Windows NT Workstation 4.0.
  public static let workstation = ProductID(rawValue: "windows-nt-workstation-4.0")
  /// Windows NT Server 4.0.
  public static let server = ProductID(rawValue: "windows-nt-server-4.0")
  /// Windows NT Server 4.0, Enterprise Edition.
  public static let enterprise = ProductID(rawValue: "windows-nt-server-4.0-enterprise")
  /// Windows NT Server 4.0, Terminal Server Edition, which has service packs of its own.
  public static let terminalServer = ProductID(rawValue: "windows-nt-server-4.0-terminal-server")
}
