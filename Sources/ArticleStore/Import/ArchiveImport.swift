public import Foundation
import GRDB
import KnowledgeBase
public import SQLite

/// Brings the articles of text files into `kb.sqlite`: parsed on all cores, written by one.
///
/// The file is built beside the present one and takes its name at the end, so that an import that
/// fails or is stopped leaves the present one as it is. Articles that are there already stay;
/// those that are read again are replaced. Memory grows with the list of files, not with their
/// texts.
public struct ArchiveImport: Sendable {
  /// The import was stopped; nothing has changed.
  public struct Cancelled: Error, Sendable {}

  /// What one thread parses before it hands it on, unless a single file is larger.
  private static let batchFiles = 32
  private static let batchBytes = 1 << 20
  /// Batches that are being parsed or wait for the writer.
  private static let window = 8

  private let directory: URL
  private let migrations: Migrations
  private let threads: Int

  /// An import into the knowledge base of a data directory.
  ///
  /// - Parameter threads: Threads that parse files; at least one is used.
  public init(directory: URL, migrations: Migrations, threads: Int) {
    self.directory = directory
    self.migrations = migrations
    self.threads = max(1, threads)
  }

  /// Imports the files and returns when the new knowledge base is in place.
  ///
  /// - Parameters:
  ///   - report: Called on this thread after each file.
  ///   - isCancelled: Called before each file is stored and before the new knowledge base replaces the
  ///     old one; true stops the import.
  /// - Returns: What was done. If no file held an article the present file was left as it is.
  /// - Throws: `StorageError`, `Cancelled`.
  public func run(
    _ files: ArticleFiles, report: (ImportProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> ImportSummary {
    let pipeline = pipeline(files)
    // The first articles are parsed while the new file is made.
    return try pipeline.run { try write(pipeline, files.count, report, isCancelled) }
  }

  private func write(
    _ batches: OrderedPipeline<[ReadFile]>, _ files: Int, _ report: (ImportProgress) -> Void,
    _ isCancelled: () -> Bool
  ) throws -> ImportSummary {
    let draft = try KnowledgeBaseDraft(directory: directory, migrations: migrations)
    func checkCancelled() throws { if isCancelled() { throw Cancelled() } }
    var progress = ImportProgress(phase: .articles, done: 0, files: files, bytes: 0)
    let index = try draft.beginIndex()
    defer { index.discard() }
    var summary = try draft.write(index: index) { database, writer in
      var step = ImportStep(database: database, writer: writer)
      try batches.forEach { batch in
        for file in batch {
          try checkCancelled()
          try step.store(file)
          progress.done += 1
          progress.bytes += file.bytes
          report(progress)
        }
      }
      try step.finishTexts()
      index.close(changed: step.summary.changed, of: step.summary.total)
      progress.phase = .fixLists
      report(progress)
      try step.applyFixLists()
      writer = step.writer
      return step.summary
    }
    summary.bytes = progress.bytes
    guard summary.changed > 0 else { return summary }
    try checkCancelled()
    progress.phase = .index
    report(progress)
    try draft.take(index)
    progress.phase = .disk
    report(progress)
    try checkCancelled()
    try draft.publish()
    return summary
  }

  private func pipeline(_ files: ArticleFiles) -> OrderedPipeline<[ReadFile]> {
    let parser = ArticleParser()
    let batches = files.batches(filesMax: Self.batchFiles, bytesMax: Self.batchBytes)
    return OrderedPipeline(count: batches.count, threads: threads, window: Self.window) {
      batches[$0].map { ReadFile(files.files[$0].path, parser) }
    }
  }
}

/// A file with what the parser made of it.
private struct ReadFile: Sendable {
  struct Parsed: Sendable {
    var record: ArticleRecord
    var oddities: [Oddity]
    var fixList: FixList?
  }

  var path: String
  var bytes = 0
  /// Nil if it holds no article; `reason` says why.
  var parsed: Parsed?
  var reason = ""

  init(_ path: String, _ parser: ArticleParser) {
    self.path = path
    do {
      let bytes = try ArticleFiles.bytes(of: path, bytesMax: ArticleParser.bytesMax)
      self.bytes = bytes.count
      let parsed = try parser.parse(bytes)
      self.parsed = Parsed(
        record: ArticleRecord(parsed.article, products: parsed.products), oddities: parsed.oddities,
        fixList: parsed.fixList)
    } catch let error as ArticleParser.Failure {
      reason = error.description
    } catch {
      reason = (error as? ArticleFiles.Unreadable)?.reason ?? "\(error)"
    }
  }
}

/// The writer's side of an import.
private struct ImportStep {
  let database: Database
  var writer: ArticleWriter
  private(set) var summary = ImportSummary()
  private var imported: Set<Int> = []
  /// Articles that a list read this time names.
  private var named: Set<Int> = []
  /// Articles that an earlier copy of a list named, and this one doesn't, or otherwise.
  private var withdrawn: Set<Int> = []

  init(database: Database, writer: ArticleWriter) {
    self.database = database
    self.writer = writer
  }

  mutating func store(_ file: ReadFile) throws {
    guard let parsed = file.parsed else {
      summary.add(ImportSummary.Failure(path: file.path, reason: file.reason))
      return
    }
    for oddity in parsed.oddities { summary.add(oddity, in: file.path) }
    let id = parsed.record.article.id
    let wasThere = try writer.store(parsed.record)
    if !imported.insert(id.number).inserted {
      summary.repeated += 1
    } else if wasThere {
      summary.replaced += 1
    } else {
      summary.added += 1
    }
    if let list = parsed.fixList {
      withdrawn.formUnion(try StoredFixLists.store(list, in: database))
      named.formUnion(list.entries.map(\.article.number))
    } else if wasThere {
      withdrawn.formUnion(try StoredFixLists.remove(id, from: database))
    }
  }

  /// After the last file. What the program brings along is there from the start, as in every
  /// knowledge base.
  mutating func finishTexts() throws {
    try KnowledgeBaseBuilder.store([.q179827], in: database, writer: &writer)
    try writer.finishTexts()
    summary.total = try Int.fetchOne(database, sql: "SELECT count(*) FROM article") ?? 0
  }

  /// Gives the articles that fix lists name the rules that follow from it. Either may have been
  /// there before this import.
  mutating func applyFixLists() throws {
    let listed = try Int.fetchSet(database, sql: "SELECT DISTINCT article FROM fix_list_entry")
    for number in listed.intersection(imported.union(named)).sorted() {
      guard let id = ArticleID(number: number),
        var article = try ArticleReader.fetchWithoutText(id, from: database),
        let listings = try StoredFixLists.listings(of: id, from: database)
      else { continue }
      let before = article.fixes
      listings.apply(to: &article)
      if article.fixes != before {
        try writer.storeRules(of: article)
        summary.listed += 1
      }
    }
    try noteOutdated()
  }

  /// Rules that follow from a list can't be told from an article's own any more: only its text can
  /// give it those again.
  private mutating func noteOutdated() throws {
    let ids = withdrawn.subtracting(imported).sorted().compactMap(ArticleID.init(number:))
    for id in ids {
      let article = try ArticleReader.fetchWithoutText(id, from: database)
      if article?.source == .imported { summary.outdated.append(id) }
    }
  }
}
