import ArticleStore
import Foundation

/// How an import gets on: a bar on a terminal, a line now and then elsewhere. On standard error,
/// so that standard output holds nothing but the result.
final class ImportDisplay {
  private static let barWidth = 24

  private let start = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var next: ContinuousClock.Instant
  private var lastPhase = ImportProgress.Phase.articles

  init() { next = start + (isTerminal ? .zero : .seconds(10)) }

  /// Since the import began.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  func show(_ progress: ImportProgress) {
    let now = ContinuousClock.now
    guard now >= next || (isTerminal && progress.phase != lastPhase) else { return }
    lastPhase = progress.phase
    next = now + (isTerminal ? .milliseconds(100) : .seconds(10))
    write(isTerminal ? "\r\u{1B}[K" + bar(progress) : line(progress) + "\n")
  }

  /// Makes room for what is printed next.
  func clear() {
    if isTerminal { write("\r\u{1B}[K") }
  }

  private func line(_ progress: ImportProgress) -> String {
    switch progress.phase {
    case .articles:
      let rate = Double(progress.done) / max(seconds, 0.001)
      let left = Double(progress.files - progress.done) / max(rate, 0.001)
      return "\(progress.done) of \(progress.files) files, \(Int(rate.rounded())) a second, "
        + "\(Self.duration(left)) left"
    case .fixLists: return "Reading the fix lists against the articles"
    case .index: return "Completing the index"
    case .disk: return "Writing to disk"
    }
  }

  private func bar(_ progress: ImportProgress) -> String {
    let filled = Self.barWidth * progress.done / max(progress.files, 1)
    let bar =
      String(repeating: "#", count: filled)
      + String(repeating: "-", count: Self.barWidth - filled)
    return "[\(bar)] \(line(progress))"
  }

  /// `5 s`, `2 min 10 s`.
  private static func duration(_ seconds: Double) -> String {
    let whole = Int(exactly: min(seconds, 360_000).rounded(.up)) ?? 0
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }

  private func write(_ text: String) {
    // Progress that nobody can see is no reason to stop.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
