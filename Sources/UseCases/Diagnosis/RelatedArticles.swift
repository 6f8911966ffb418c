public import ArticleStore
public import Diagnosis
import Handles
public import KnowledgeBase
import System

/// The other articles that a diagnosis names.
public struct RelatedArticles {
  private static let articlesMax = 5
  /// Programs that are looked for, the most urgent first.
  private static let programsMax = 3

  private let store: ArticleStore
  private let catalogue: ProductCatalogue

  /// Looks for articles in this store.
  public init(_ store: ArticleStore, catalogue: ProductCatalogue = .builtIn) {
    self.store = store
    self.catalogue = catalogue
  }

  /// Adds the articles that could explain the leak: those that tell of one of the program, and whose
  /// correction the host's level lacks. Every level is looked at where the host's isn't known.
  ///
  /// A search that takes too long adds nothing: the diagnosis doesn't depend on it.
  ///
  /// - Throws: `StorageError`.
  public func add(to diagnosis: inout Diagnosis) throws {
    let programs = Self.programs(diagnosis)
    guard !programs.isEmpty, let product = catalogue.product(named: diagnosis.fix.product) else {
      return
    }
    let levels = diagnosis.fix.candidates.isEmpty ? product.ladder : diagnosis.fix.candidates
    guard let lowest = levels.min(), let highest = levels.max() else { return }
    let question = LeakQuestion(
      programs: programs, product: product.id, levels: lowest...highest, except: diagnosis.article)
    do {
      diagnosis.related = try store.articles(explaining: question, limit: Self.articlesMax)
    } catch let error as StorageError where error.kind == .timedOut {
      return
    }
  }

  /// Programs that leak, then those that may; the nearest wrap first.
  private static func programs(_ diagnosis: Diagnosis) -> [String] {
    let climbing = diagnosis.processes.enumerated().filter {
      $0.element.leak.finding == .leaking || $0.element.leak.finding == .suspected
    }
    func order(_ process: EnumeratedSequence<[ProcessDiagnosis]>.Element) -> (Int, Int64, Int) {
      (
        process.element.leak.finding == .leaking ? 0 : 1,
        process.element.wrap.expectedAt?.milliseconds ?? .max, process.offset
      )
    }
    var names: [String] = []
    for process in climbing.sorted(by: { order($0) < order($1) }) where names.count < programsMax {
      if !names.contains(process.element.process) { names.append(process.element.process) }
    }
    return names
  }
}
