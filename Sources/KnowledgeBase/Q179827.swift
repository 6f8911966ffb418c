import Bytes

extension Article {
  /// "Registry Handle Leak Causes Random Blue Screens", the article that this program is built
  /// around: its facts as they are, its sections in this project's words.
  ///
  /// The hotfix is named by the revision of 27 January 1998 only; Enterprise Edition by the list
  /// of bugs fixed in Service Pack 4 only, so that rule is an inference.
  public static let q179827: Article = {
    let keyword = Evidence(source: "Keywords", text: "kbWinNT400sp4fix")
    let listed = Evidence(
      source: "Q194834",
      text: "Named in the second part of the list of bugs that Service Pack 4 corrects.")
    let hotfix = FixRule.Hotfix(
      level: .sp3, kernelDate: CivilDate(known: 1997, 12, 5),
      evidence: Evidence(
        source: "revision of 1998-01-27",
        text: "Kernel files dated 1997-12-05: Intel uniprocessor 919,104 bytes, multiprocessor "
          + "939,072; Alpha uniprocessor 1,372,224, multiprocessor 1,399,680."))
    let status = Evidence(
      source: "STATUS", text: "Corrected for the first time in Windows NT 4.0 Service Pack 4.")
    let windowsNT = [ProductID.workstation, .server].map { product in
      FixRule(
        product: product, resolution: .servicePack(.sp4), certainty: .stated, hotfix: hotfix,
        evidence: [status, keyword, listed])
    }
    let enterprise = FixRule(
      product: .enterprise, resolution: .servicePack(.sp4), certainty: .inferred,
      evidence: [
        Evidence(
          source: "Q194834",
          text:
            "The article does not list Enterprise Edition; the list of bugs that Service Pack 4 "
            + "corrects applies to it and names the article.")
      ])
    let terminalServer = FixRule(
      product: .terminalServer, resolution: .servicePack(.sp4), certainty: .stated,
      evidence: [
        Evidence(
          source: "STATUS",
          text: "Corrected for the first time in Terminal Server Edition's own Service Pack 4."),
        listed,
      ])

    return Article(
      id: ArticleID(known: 179_827),
      title: "Registry Handle Leak Causes Random Blue Screens",
      date: CivilDate(known: 2001, 8, 9),
      group: "winnt",
      product: "Microsoft Windows NT",
      versions: "WinNT:4.0",
      appliesTo: [
        "Microsoft Windows NT Workstation version 4.0",
        "Microsoft Windows NT Server version 4.0",
        "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
      ],
      keywords: ["kbWinNT400sp4fix"],
      technology: [
        "kbWinNTsearch", "kbWinNTWsearch", "kbWinNTW400", "kbWinNTW400search", "kbWinNT400search",
        "kbWinNTSsearch", "kbWinNTS400search", "kbWinNTS400", "kbNTTermServ400",
        "kbNTTermServSearch",
      ],
      issueType: "kbbug",
      solutionType: "kbfix",
      queryWords: ["4.0"],
      sections: sections,
      links: [
        Link(
          id: ArticleID(known: 152_734),
          title: "How to Obtain the Latest Windows NT 4.0 Service Pack")
      ],
      linkedFrom: [
        Link(
          id: ArticleID(known: 194_834),
          title: "List of Bugs Fixed in Windows NT 4.0 and Terminal Server Edition Service Pack 4 "
            + "(Part 2)")
      ],
      fixes: windowsNT + [enterprise, terminalServer],
      source: .restated)
  }()

  private static let sections: [Section] = [
    Section(
      heading: "SYMPTOMS",
      text: """
        A machine that has been running Attachmate Extra 6.3 for a long stretch stops with a blue \
        screen. The moment looks random, and so does the stop code.
        """),
    Section(
      heading: "CAUSE",
      text: """
        A program opens the same registry key over and over and never closes it. For each open \
        key the kernel keeps one block of storage with a count of its open instances. After \
        65,535 more opens that count has run over and stands at zero, as if nobody had the key \
        open. Whoever closes the key next makes the kernel delete the block, although tens of \
        thousands of handles still point to it.

        From then on each open and each close of that key writes into storage that is free. The \
        pool is corrupt, and the machine goes down when something comes to use the spot.
        """),
    Section(
      heading: "RESOLUTION",
      text: """
        Install a current service pack of Windows NT 4.0, or of Terminal Server Edition where that \
        is what the machine runs. Q152734 says how to get one.
        """),
    Section(
      heading: "STATUS",
      text: """
        Microsoft confirms the bug in Windows NT 4.0 and in its Terminal Server Edition. The first \
        correction came with Service Pack 4 of each.
        """),
  ]
}
