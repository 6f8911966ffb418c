/// The products that Windows and its servers are. Ladders: the service packs that the archive's
/// articles and keywords name.
extension ProductLine {
  /// Windows NT and what followed it. Windows NT 4.0 is put in by `ProductCatalogue`, with the
  /// dates and kernels of its levels.
  static func windowsNT(_ nt40: Release) -> ProductLine {
    var line = ProductLine(
      "windows-nt", "Windows NT",
      names: [
        "windows nt advanced server", "windows nt operating system", "window nt", "winnt",
        "windows nt server", "windows nt workstation", "windows nt workstation and server",
        "windows nt workstation or server", "windows nt server and workstation",
        "windows nt workstation and windows nt server",
        "windows nt server and windows nt workstation", "windows nt and windows nt advanced server",
      ],
      keywords: ["winnt", "oswinnt", "nt"],
      [("3.1", "SP1 SP2 SP3"), ("3.5", "SP1 SP2 SP3"), ("3.51", "SP1 SP2 SP3 SP4 SP5")])
    line.releases.append(nt40)
    let windows2000 = ProductLine(
      "windows", "Windows", [("2000", "SP1 SP2 SP3 SP4 UR1"), ("xp", "SP1 SP1a SP2 SP3")]
    )
    .naming(
      "2000",
      names: [
        "windows 2000", "windows 2000 server", "windows 2000 advanced server",
        "windows 2000 professional", "windows 2000 datacenter server",
      ], keywords: ["win2000", "oswin2000", "w2k", "win2k"]
    )
    .naming(
      "xp", title: "Windows XP",
      names: ["windows xp", "windows xp professional", "windows xp home edition"],
      keywords: ["winxp", "oswinxp"])
    line.releases += windows2000.releases
    line.name = "Windows NT and later"
    return line
  }

  static let windows = ProductLine(
    "windows", "Windows",
    [
      ("3.0", ""), ("3.1", ""), ("3.11", ""), ("95", "SP1 OSR2 OSR2.1 OSR2.5"), ("98", "SP1"),
      ("98-second-edition", ""), ("me", ""),
    ]
  )
  .naming(
    "95", names: ["windows 95", "windows 95 oem service release"],
    keywords: ["win95", "oswin95"]
  )
  .naming("98", names: ["windows 98"], keywords: ["win98", "oswin98"])
  .naming(
    "98-second-edition", title: "Windows 98 Second Edition",
    names: ["windows 98 second edition"], keywords: ["win98se", "oswin98se"]
  )
  .naming(
    "me", title: "Windows Millennium Edition",
    names: ["windows millennium edition", "windows me"], keywords: ["winme", "oswinme"])

  static let servers: [ProductLine] = [
    ProductLine(
      "exchange-server", "Exchange Server",
      names: [
        "exchange", "exchange 4.0 server", "exchange 5.0 server", "exchange windows nt client",
        "exchange windows 95/98 client", "exchange windows 3.x client", "exchange clients",
        "exchange 2000 server", "exchange client", "exchange windows nt server",
      ],
      keywords: ["exchange", "exc"],
      [
        ("4.0", "SP1 SP2 SP3 SP4 SP5"), ("5.0", "SP1 SP2"), ("5.5", "SP1 SP2 SP3 SP4"),
        ("2000", "SP1 SP2 SP3"),
      ]
    )
    .naming("4.0", names: ["exchange 4.0 server"]).naming("5.0", names: ["exchange 5.0 server"])
    .naming("5.5", names: ["exchange 5.5 server"])
    .naming(
      "2000", title: "Exchange 2000 Server",
      names: ["exchange 2000 server", "exchange 2000"], keywords: ["exchange2000"]),
    ProductLine(
      "sna-server", "SNA Server",
      names: ["sna server for windows nt", "sna server windows nt client", "sna workstation"],
      keywords: ["sna"],
      [
        ("2.0", ""), ("2.1", ""), ("2.11", "SP1 SP2"), ("3.0", "SP1 SP2 SP3 SP4"),
        ("4.0", "SP1 SP2 SP3 SP4"),
      ]),
    ProductLine(
      "host-integration-server", "Host Integration Server", keywords: ["hostintegserv", "his"],
      [("2000", "SP1 SP2")]),
    ProductLine(
      "systems-management-server", "Systems Management Server",
      names: ["sms", "systems management server sms", "system management server"],
      keywords: ["sms"],
      [
        ("1.0", ""), ("1.1", "SP1 SP2"), ("1.2", "SP1 SP2 SP3 SP4"),
        ("2.0", "SP1 SP2 SP3 SP4 SP5"),
      ]),
    ProductLine(
      "sql-server", "SQL Server", keywords: ["sqlserv", "sqlsvr", "sql"],
      [
        ("4.2", ""), ("6.0", "SP1 SP2 SP3"), ("6.5", "SP1 SP2 SP3 SP4 SP5 SP5a"),
        ("7.0", "SP1 SP2 SP3 SP4"), ("2000", "SP1 SP2 SP3 SP3a SP4"),
      ]
    )
    .naming("2000", names: ["sql server 2000"], keywords: ["sqlserv2000", "sqlserver2000"]),
    ProductLine(
      "internet-information-server", "Internet Information Server",
      names: [
        "internet information server iis", "internet information services", "iis",
        "internet information services iis",
      ], keywords: ["iis"],
      [("1.0", ""), ("2.0", ""), ("3.0", ""), ("4.0", ""), ("5.0", ""), ("5.1", "")]
    )
    .naming("5.0", title: "Internet Information Services 5.0")
    .naming("5.1", title: "Internet Information Services 5.1"),
    ProductLine(
      "proxy-server", "Proxy Server", keywords: ["proxyserv", "proxy"],
      [("1.0", "SP1"), ("2.0", "SP1")]),
    ProductLine(
      "isa-server", "Internet Security and Acceleration Server", names: ["isa server"],
      keywords: ["isaserv", "isa"], [("2000", "SP1 SP2")]),
    ProductLine(
      "site-server", "Site Server",
      names: ["site server commerce edition", "site server 3.0 commerce edition"],
      keywords: ["siteserv"],
      [("2.0", ""), ("3.0", "SP1 SP2 SP3 SP4")]),
    ProductLine(
      "commerce-server", "Commerce Server", keywords: ["commserv"], [("2000", "SP1 SP2 SP3")]),
    ProductLine(
      "content-management-server", "Content Management Server", keywords: ["contmanserv"],
      [("2001", "SP1")]),
    ProductLine(
      "biztalk-server", "BizTalk Server", keywords: ["biztalk"], [("2000", "SP1 SP1a SP2")]),
    ProductLine(
      "application-center", "Application Center", keywords: ["appcenter"], [("2000", "SP1 SP2")]),
    ProductLine(
      "message-queue-server", "Message Queue Server",
      names: ["message queue", "msmq", "message queue server msmq"],
      keywords: ["msmq"], [("1.0", "SP1"), ("2.0", "")]),
    ProductLine(
      "transaction-server", "Transaction Server", names: ["mts"], keywords: ["mts"],
      [("1.0", ""), ("2.0", "SP1")]),
    ProductLine(
      "cluster-server", "Cluster Server", keywords: ["mscs"], [("1.0", "SP1")]),
    ProductLine(
      "small-business-server", "Small Business Server",
      names: ["backoffice small business server"], keywords: ["sbserv", "sbs"],
      [("4.0", "SP1"), ("4.0a", ""), ("4.5", "SP1"), ("2000", "SP1")]),
    ProductLine(
      "metadirectory-services", "Metadirectory Services", keywords: ["mms"],
      [("2.1", "SP1"), ("2.2", "SP1")]),
    ProductLine(
      "services-for-unix", "Services for UNIX", names: ["windows services for unix"],
      keywords: ["sfu"], [("1.0", ""), ("2.0", ""), ("3.0", ""), ("3.5", "")]),
  ]
}
