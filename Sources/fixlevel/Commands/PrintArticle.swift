import ArgumentParser
import KnowledgeBase
import UseCases

/// `fixlevel article`: prints one article.
struct PrintArticle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "article", abstract: "Print an article.")

  @Argument(help: "The article's number, such as Q179827.")
  var id: String

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    let article = try knowledgeBase.article(id)
    if json {
      try Console.print(try APIDocument.text(article))
    } else {
      try Console.print(lines: article.plainText)
    }
  }
}
