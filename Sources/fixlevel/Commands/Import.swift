import ArgumentParser
import ArticleStore
import Foundation
import KnowledgeBase
import System

/// `fixlevel import`: articles in the archive's text format into the knowledge base.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import Knowledge Base articles from text files.",
    discussion: """
      Folders are searched for files ending in .txt. A running server picks the articles up by \
      itself. Ctrl-C leaves the knowledge base as it was.
      """)

  @Argument(help: "Files or folders.")
  var paths: [String]

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    // Before the first thread starts, so that all of them leave the signals to this one.
    let signals = StopSignals()
    let stopped = StopFlag()
    _ = try ProgramFailure.mapping {
      try NamedThread.start(name: "signals") {
        signals.wait()
        stopped.raise()
      }
    }
    let files: ArticleFiles
    do {
      files = try ArticleFiles(paths)
    } catch {
      throw ProgramFailure(.usage, error.description)
    }
    guard !files.isEmpty else {
      throw ProgramFailure(.input, "there is no .txt file in what was named")
    }
    let display = ImportDisplay()
    let summary: ImportSummary
    do {
      summary = try ProgramFailure.mapping {
        try knowledgeBase.makeDirectory()
        let archive = ArchiveImport(
          directory: knowledgeBase.directory, migrations: try knowledgeBase.migrations("kb"),
          threads: ProcessInfo.processInfo.activeProcessorCount)
        return try archive.run(
          files, report: display.show, isCancelled: { stopped.isRaised })
      }
    } catch is ArchiveImport.Cancelled {
      display.clear()
      Console.error("stopped; the knowledge base is as it was")
      throw ExitCode(128 + SIGINT)
    } catch {
      display.clear()
      throw error
    }
    display.clear()
    guard summary.added + summary.replaced > 0 else {
      let example = summary.failures.first.map { ": \($0.path): \($0.reason)" } ?? ""
      throw ProgramFailure(.input, "no file held an article\(example)")
    }
    try Console.print(ImportText.summary(summary, files: files, seconds: display.seconds))
  }
}
