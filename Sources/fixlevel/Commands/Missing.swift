import ArgumentParser
import ArticleStore
import KnowledgeBase
import Service
import UseCases

/// `fixlevel missing`: every article whose fix is later than a level.
struct Missing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "missing",
    abstract: "List the articles whose fix a product at a service pack lacks.")

  @Option(name: .setting(.product), help: .setting(.product))
  var product: String

  @Option(name: .setting(.servicePack), help: .setting(.servicePack))
  var servicePack: String

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    let machine: MachineLevel
    do {
      machine = try MachineLevel(try knowledgeBase.product(product), level: servicePack)
    } catch let error as MachineLevel.Failure {
      throw ProgramFailure(.usage, error.description)
    }
    let (product, level) = (machine.product, machine.level)
    try ProgramFailure.mapping {
      var items: [MissingArticle] = []
      try knowledgeBase.openStore().forEachMissing(product: product.id, at: level) {
        items.append($0)
      }
      if json { return try Console.print(try APIDocument.text(Answer(items: items))) }
      let count = items.count == 1 ? "1 article" : "\(items.count) articles"
      let head =
        "\(product.name) at \(level.id) lacks the fix of \(count)\(items.isEmpty ? "." : ":")"
      let lines = [machine.note, head].compactMap { $0 } + items.map(Self.text)
      try Console.print(lines: lines.joined(separator: "\n"))
    }
  }

  private static func text(_ item: MissingArticle) -> String {
    let fix = item.fixedIn?.id ?? item.state.split(separator: "_").joined(separator: " ")
    return "\(item.id)  \(fix)  [\(item.group)]  \(item.title)"
  }

  private struct Answer: Encodable {
    var items: [MissingArticle]

    enum CodingKeys: String, CodingKey {
      case items, next
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(items, forKey: .items)
      try container.encodeNil(forKey: .next)
    }
  }
}
