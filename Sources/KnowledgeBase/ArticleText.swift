import Bytes

extension Article {
  /// The article as plain text in the layout of the archive, for terminals and `.txt`.
  public var plainText: String {
    var lines = [
      "DOCUMENT:\(id)  \(archiveDate)  [\(group)]",
      "TITLE   :\(title)",
      "PRODUCT :\(product)",
      "PROD/VER:\(versions)",
      "OPER/SYS:",
      "KEYWORDS:\(keywords.joined(separator: " "))",
      "",
      String(repeating: "=", count: 70),
      "The information in this article applies to:",
      "",
    ]
    lines += appliesTo.map { " - \($0)" }
    lines.append(String(repeating: "-", count: 79))
    for section in sections {
      lines += ["", section.heading, String(repeating: "=", count: section.heading.count), ""]
      lines += section.text.split(separator: "\n", omittingEmptySubsequences: false)
        .flatMap { source == .imported ? [String($0)] : wrapped($0) }
    }
    if !links.isEmpty {
      lines += ["", "Articles named here:", ""]
      lines += links.flatMap { wrapped("\($0.id) \($0.title)", indent: "   ") }
    }
    lines += [
      "",
      "Additional query words: \(queryWords.joined(separator: " "))",
      String(repeating: "=", count: 70),
    ]
    lines += wrapped("Keywords          : \(keywords.joined(separator: " "))")
    lines += wrapped("Technology        : \(technology.joined(separator: " "))")
    lines += [
      "Version           : \(versions)",
      "Issue type        : \(issueType)",
      "Solution Type     : \(solutionType)",
    ]
    if source == .restated {
      lines += ["", "The facts are the article's; its sections are restated here in other words."]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `09-AUG-2001`.
  private var archiveDate: String {
    return
      "\(padded(date.day, to: 2))-\(CivilDate.months[date.month - 1])-\(padded(date.year, to: 4))"
  }
}

/// Breaks a line at spaces so that it fits 79 columns; a text that is kept fixed-width is shorter
/// and stays as it is.
private func wrapped(_ line: some StringProtocol, indent: String = "") -> [String] {
  guard line.count + indent.count > 79 else { return [indent + line] }
  var lines: [String] = []
  var current = indent
  for word in line.split(separator: " ") {
    if current.count + 1 + word.count > 79, current != indent {
      lines.append(current)
      current = indent
    }
    if current != indent { current += " " }
    current += word
  }
  return lines + [current]
}
