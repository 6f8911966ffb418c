import Bytes
import Foundation
import KnowledgeBase
import System
import TestSupport

@testable import ArticleStore
@testable import SQLite

/// Articles in the archive's format, in words of our own.
struct ArchiveFixture {
  /// One article as a text file.
  static func text(
    _ number: Int, title: String, group: String = "winnt", keywords: String = "kbbug",
    product: String = "Microsoft Windows NT Server version 4.0", cause: String = "A pool is small.",
    status: String = "This problem was first corrected in Windows NT 4.0 Service Pack 4.0.",
    queryWords: String = "", year: Int = 1999
  ) -> String {
    """
    DOCUMENT:Q\(number)  09-AUG-\(year)  [\(group)]
    TITLE   :\(title)
    PRODUCT :Microsoft Windows NT
    PROD/VER:WinNT:4.0
    OPER/SYS:
    KEYWORDS:\(keywords)

    ======================================================================
    -------------------------------------------------------------------------------
    The information in this article applies to:

     - \(product)
    -------------------------------------------------------------------------------

    CAUSE
    =====

    \(cause)

    STATUS
    ======

    Microsoft has confirmed this to be a problem in Windows NT 4.0. \(status)

    Additional query words: \(queryWords)
    ======================================================================
    Keywords          : \(keywords)
    Technology        : kbWinNTsearch
    Version           : WinNT:4.0
    Issue type        : kbbug
    Solution Type     : kbfix

    =============================================================================

    A notice of our own.
    """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }

  /// A list of corrected bugs as a text file.
  static func list(
    _ number: Int, title: String, level: String, entries: KeyValuePairs<Int, String>
  ) -> String {
    """
    DOCUMENT:Q\(number)  04-MAY-1999  [winnt]
    TITLE   :\(title)
    PRODUCT :Microsoft Windows NT
    PROD/VER:WinNT:4.0
    OPER/SYS:
    KEYWORDS:kbinfo

    ======================================================================
    -------------------------------------------------------------------------------
    The information in this article applies to:

     - Microsoft Windows NT Workstation version 4.0
     - Microsoft Windows NT Server version 4.0
     - Microsoft Windows NT Server, Enterprise Edition version 4.0
     - Microsoft Windows NT Server version 4.0, Terminal Server Edition
    -------------------------------------------------------------------------------

    SUMMARY
    =======

    These are corrected in Windows NT 4.0 \(level).

    MORE INFORMATION
    ================

    \(entries.map { "   Q\($0.key) \($0.value)" }.joined(separator: "\n"))

    Additional query words:
    ======================================================================
    Keywords          : kbinfo
    Technology        : kbWinNTsearch
    Version           : WinNT:4.0
    Issue type        : kbinfo

    =============================================================================
    """
  }

  /// Some articles whose words differ in known ways.
  static let articles: [(number: Int, text: String)] = [
    (
      100_001, text(100_001, title: "Spooler Leaks Handles", cause: "The spooler forgets a handle.")
    ),
    (
      100_002,
      text(
        100_002, title: "Printer Prints Twice", group: "winprint", cause: "Two handles are open.",
        status: "This problem was first corrected in Windows NT 4.0 Service Pack 5.", year: 2000)
    ),
    (
      100_003,
      text(
        100_003, title: "Modem Hangs Up", keywords: "kbmodem", cause: "The line is busy; Q100001.",
        status: "")
    ),
    (
      100_004,
      text(
        100_004, title: "Registry Grows <b>Fast</b>", cause: "A handle & a key, see ntdll.dll.",
        queryWords: "registry bloat")
    ),
  ]

  /// Writes files into a new folder and returns its path.
  @discardableResult
  static func write(
    _ files: [(number: Int, text: String)], to directory: TestDirectory, _ folder: String = "txt"
  ) throws -> String {
    let url = directory.url.appending(path: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (number, text) in files {
      try Data(text.utf8).write(to: url.appending(path: "Q\(number).TXT"))
    }
    return url.path
  }

  /// Imports into the test's data directory.
  @discardableResult
  static func load(
    _ files: [(number: Int, text: String)], into directory: TestDirectory,
    _ folder: String = "txt"
  ) throws -> ImportSummary {
    let path = try write(files, to: directory, folder)
    return try ArchiveImport(
      directory: directory.url, migrations: try directory.migrations("kb"), threads: 2
    ).run(try ArticleFiles([path]))
  }

  /// A store over `articles` and the built-in one.
  static func store(_ directory: TestDirectory) throws -> ArticleStore {
    try load(articles, into: directory)
    return try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
  }
}
