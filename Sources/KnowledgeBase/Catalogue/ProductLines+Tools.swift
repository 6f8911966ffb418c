/// Development tools, data access, Office and Internet Explorer. Ladders: the levels that the
/// archive's articles and keywords name.
extension ProductLine {
  private static let studio6 = "SP1 SP2 SP3 SP4 SP5 SP6"
  private static let studio97 = "SP1 SP2 SP3"
  private static let office97 = "SR-1 SR-2 SR-2b"
  private static let office2000 = "SR-1 SR-1a SP2 SP3"
  private static let officeXP = "SP1 SP2 SP3"

  static let tools: [ProductLine] = [
    ProductLine(
      "visual-studio", "Visual Studio",
      names: ["visual studio enterprise edition", "visual studio professional edition"],
      keywords: ["vs"], [("97", studio97), ("6.0", studio6), ("2002", "SP1")]
    )
    .naming(
      "2002", title: "Visual Studio .NET 2002", names: ["visual studio .net"],
      keywords: ["vsnet"]),
    ProductLine(
      "visual-basic", "Visual Basic",
      names: [
        "visual basic enterprise edition", "visual basic professional edition",
        "visual basic learning edition", "visual basic standard edition",
        "visual basic control creation edition", "visual basic enterprise edition for windows",
        "visual basic professional edition for windows",
        "visual basic learning edition for windows", "visual basic programming system",
      ], keywords: ["vb", "vbp", "vbe"],
      suites: ["5.0": "visual-studio-97", "6.0": "visual-studio-6.0"],
      [("1.0", ""), ("2.0", ""), ("3.0", ""), ("4.0", ""), ("5.0", studio97), ("6.0", studio6)]),
    ProductLine(
      "visual-c", "Visual C++",
      names: [
        "visual c++ enterprise edition", "visual c++ professional edition",
        "visual c++ learning edition", "visual c++ for windows",
      ], keywords: ["vc"], suites: ["5.0": "visual-studio-97", "6.0": "visual-studio-6.0"],
      [
        ("1.0", ""), ("1.5", ""), ("1.51", ""), ("1.52", ""), ("2.0", ""), ("2.1", ""),
        ("2.2", ""), ("4.0", ""), ("4.1", ""), ("4.2", ""), ("5.0", studio97), ("6.0", studio6),
        ("2002", "SP1"),
      ]
    )
    .naming(
      "2002", title: "Visual C++ .NET 2002",
      names: ["visual c++ .net", "visual c++.net", "visual c++ .net 2002"]),
    ProductLine(
      "visual-foxpro", "Visual FoxPro", keywords: ["vfp"],
      suites: [
        "5.0": "visual-studio-97", "5.0a": "visual-studio-97", "6.0": "visual-studio-6.0",
      ],
      [
        ("3.0", ""), ("3.0b", ""), ("5.0", studio97), ("5.0a", studio97), ("6.0", studio6),
        ("7.0", "SP1"), ("8.0", "SP1"),
      ]),
    ProductLine(
      "foxpro", "FoxPro", names: ["foxpro for windows", "foxpro for ms-dos"], keywords: ["fp"],
      [
        ("2.0", ""), ("2.5", ""), ("2.5a", ""), ("2.5b", ""), ("2.6", ""), ("2.6a", ""),
      ]),
    ProductLine(
      "visual-interdev", "Visual InterDev", keywords: ["vid", "visid"],
      suites: ["1.0": "visual-studio-97", "6.0": "visual-studio-6.0"],
      [("1.0", studio97), ("6.0", studio6)]),
    ProductLine(
      "visual-j", "Visual J++", keywords: ["vj"],
      suites: ["1.1": "visual-studio-97", "6.0": "visual-studio-6.0"],
      [("1.0", ""), ("1.1", studio97), ("6.0", studio6)]),
    ProductLine(
      "visual-sourcesafe", "Visual SourceSafe", names: ["sourcesafe"],
      keywords: ["ssafe", "vss"],
      suites: ["5.0": "visual-studio-97", "6.0": "visual-studio-6.0"],
      [("3.1", ""), ("4.0", ""), ("4.0a", ""), ("5.0", studio97), ("6.0", studio6)]),
    ProductLine(
      "data-access-components", "Data Access Components", names: ["mdac"], keywords: ["mdac"],
      [
        ("1.5", ""), ("2.0", ""), ("2.1", "SP1 SP2"), ("2.5", "SP1 SP2 SP3"),
        ("2.6", "SP1 SP2"), ("2.7", "SP1"),
      ]),
    ProductLine(
      "activex-data-objects", "ActiveX Data Objects", names: ["activex data objects ado", "ado"],
      keywords: ["ado"],
      [
        ("1.5", ""), ("2.0", ""), ("2.1", "SP1 SP2"), ("2.5", "SP1 SP2"), ("2.6", "SP1 SP2"),
        ("2.7", "SP1"),
      ]),
    ProductLine(
      "jet", "Jet", names: ["jet database engine"], keywords: ["jet"],
      [
        ("3.0", ""), ("3.5", "SP1 SP2 SP3"), ("3.51", "SP1 SP2 SP3"),
        ("4.0", "SP1 SP2 SP3 SP4 SP5 SP6 SP7 SP8"),
      ]),
    ProductLine(
      "internet-explorer", "Internet Explorer", names: ["ie"], keywords: ["ie"],
      [
        ("3.0", ""), ("3.01", ""), ("3.02", ""), ("4.0", "SP1 SP2"), ("4.01", "SP1 SP2"),
        ("5.0", "SP1 SP2 SP3 SP4"), ("5.01", "SP1 SP2 SP3 SP4"), ("5.5", "SP1 SP2"), ("6.0", "SP1"),
      ]),
    ProductLine(
      "macro-assembler", "Macro Assembler", names: ["masm", "macro assembler masm"],
      keywords: ["masm"],
      [
        ("5.0", ""), ("5.1", ""), ("6.0", ""), ("6.0a", ""), ("6.0b", ""), ("6.1", ""),
        ("6.11", ""), ("6.11a", ""), ("6.14", ""),
      ]),
  ]

  static let office: [ProductLine] =
    [
      ProductLine(
        "office", "Office", names: ["office for windows"], keywords: ["office", "off"],
        [("95", ""), ("97", office97), ("2000", office2000), ("xp", officeXP)]
      )
      .naming("xp", title: "Office XP")
    ]
    + [
      ("word", "Word", "word"), ("excel", "Excel", "excel"), ("access", "Access", "access"),
      ("powerpoint", "PowerPoint", "ppt"), ("outlook", "Outlook", "outlook"),
      ("frontpage", "FrontPage", "frontpage"), ("publisher", "Publisher", "pub"),
      ("project", "Project", "proj"),
    ].map { id, name, keyword in
      ProductLine(
        id, name, names: ["\(name.lowercased()) for windows"], keywords: [keyword],
        suites: ["97": "office-97", "2000": "office-2000", "2002": "office-xp"],
        [("95", ""), ("97", office97), ("98", ""), ("2000", office2000), ("2002", officeXP)])
    }
}
