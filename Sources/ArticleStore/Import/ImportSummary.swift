public import KnowledgeBase

/// The progress of an import.
public struct ImportProgress: Hashable, Sendable {
  /// The step that an import has reached.
  public enum Phase: String, Hashable, Sendable {
    /// In this order: reading the articles, applying the fix lists, building the search index,
    /// flushing to disk.
    case articles, fixLists, index, disk
  }

  /// The current step.
  public var phase: Phase
  /// The number of files read so far.
  public var done: Int
  /// All files of the import.
  public var files: Int
  /// The number of bytes read so far.
  public var bytes: Int
}

/// What an import did, and what was unusual about its files.
public struct ImportSummary: Hashable, Sendable {
  /// How often one kind of oddity occurred, with the first cases.
  public struct Oddities: Hashable, Sendable {
    /// How often it occurred.
    public var count = 0
    /// The first `examplesMax` cases, each with its file and line.
    public var examples: [String] = []
  }

  /// A file that gave no article.
  public struct Failure: Hashable, Sendable {
    /// The path of the file.
    public var path: String
    /// Why it gave no article, in words.
    public var reason: String
  }

  /// The most cases of one kind that are listed. All are counted.
  public static let examplesMax = 3
  /// The most failed files that are listed. All are counted.
  public static let failuresMax = 100

  /// Articles that were not in the knowledge base before.
  public var added = 0
  /// Articles that were in the knowledge base and have been replaced.
  public var replaced = 0
  /// Files with an article that an earlier file of this import had too. The last one is kept.
  public var repeated = 0
  /// Articles whose fix rules were changed by a fix list.
  public var listed = 0
  /// Articles whose rules keep what an earlier copy of a fix list said until they are imported again.
  public var outdated: [ArticleID] = []
  /// Bytes of all files that were read.
  public var bytes = 0
  /// What was unusual in the files, by kind.
  public var oddities: [Oddity.Kind: Oddities] = [:]
  /// The first `failuresMax` files that gave no article.
  public var failures: [Failure] = []
  /// The number of all files that gave no article.
  public var failureCount = 0
  /// All articles of the knowledge base afterwards.
  public var total = 0

  /// Articles that are new or other than before.
  var changed: Int { added + replaced }

  mutating func add(_ oddity: Oddity, in path: String) {
    oddities[oddity.kind, default: Oddities()].count += 1
    if oddities[oddity.kind, default: Oddities()].examples.count < Self.examplesMax {
      oddities[oddity.kind]?.examples.append("\(path): \(oddity)")
    }
  }

  mutating func add(_ failure: Failure) {
    failureCount += 1
    if failures.count < Self.failuresMax { failures.append(failure) }
  }
}
