import ArticleStore
import Foundation
import KnowledgeBase
import Service
import Telemetry
import UseCases

/// What an import did, for the person who started it.
enum ImportText {
  static func summary(_ summary: ImportSummary, files: ArticleFiles, seconds: Double) -> String {
    let articles = summary.added + summary.replaced
    var lines = [
      "Imported \(count(articles, "article")) (\(summary.added) new, \(summary.replaced) "
        + "replaced) from \(count(files.count, "file")), "
        + "\(String(format: "%.1f", Double(summary.bytes) / 1e6)) MB, in "
        + "\(String(format: "%.1f", seconds)) s.",
      "The knowledge base holds \(count(summary.total, "article")).",
    ]
    if summary.listed > 0 {
      lines.append("Fix lists added to the rules of \(count(summary.listed, "article")).")
    }
    if !summary.outdated.isEmpty {
      let shown = summary.outdated.prefix(20).map(\.description).joined(separator: ", ")
      let more = summary.outdated.count - 20
      lines.append(
        "A fix list doesn't say any more what it said of \(count(summary.outdated.count, "article")); "
          + "their rules are corrected when they are imported again: "
          + "\(shown)\(more > 0 ? " and \(more) more" : "").")
    }
    if summary.repeated > 0 {
      lines.append(
        "\(count(summary.repeated, "file")) named an article that an earlier file had named; "
          + "the last one counts.")
    }
    if files.skipped > 0 {
      lines.append("Left out: \(count(files.skipped, "file")) without the ending .txt.")
    }
    if !summary.oddities.isEmpty { lines.append("Odd, but imported with what they have:") }
    for (kind, oddities) in summary.oddities.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let name = kind.rawValue.split(separator: "_").joined(separator: " ")
      lines.append("  \(name): \(count(oddities.count, "case"))")
      lines += oddities.examples.map { "    \(printable($0))" }
    }
    if summary.failureCount > 0 {
      lines.append("Not imported: \(count(summary.failureCount, "file")).")
      lines += summary.failures.map { "  \(printable($0.path)): \(printable($0.reason))" }
      let more = summary.failureCount - summary.failures.count
      if more > 0 { lines.append("  … and \(more) more") }
    }
    return lines.joined(separator: "\n")
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  /// Names of files can hold what a terminal takes for a command.
  private static func printable(_ text: String) -> String {
    text.unicodeScalars.map { PrintableName.allows($0) ? String($0) : "?" }.joined()
  }
}
