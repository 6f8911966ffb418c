import ArgumentParser
import Bytes
import KnowledgeBase
import UseCases

/// `fixlevel check`: is this product at this level fixed?
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say whether a product at a service pack has the fix.",
    discussion: "Exit code: 0 fixed, 10 affected, 11 unknown, not listed or not applicable.")

  @Argument(help: "The article's number, such as Q179827.")
  var id: String

  @Option(name: .setting(.product), help: .setting(.product))
  var product: String

  @Option(name: .setting(.servicePack), help: .setting(.servicePack))
  var servicePack: String?

  @Option(name: .setting(.kernelDate), help: .setting(.kernelDate))
  var kernelDate: String?

  @Option(name: .setting(.kernelVersion), help: .setting(.kernelVersion))
  var kernelVersion: String?

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    let query = FixQuery(
      product: product, servicePack: servicePack, kernelDate: try kernelDate.map(Self.date),
      kernelVersion: kernelVersion)
    let answer: FixVerdict
    do {
      answer = try FixCheck(try knowledgeBase.article(id)).verdict(query)
    } catch let error as UnknownLevelError {
      throw ProgramFailure(.usage, error.description)
    }
    if json {
      try Console.print(try APIDocument.text(answer))
    } else {
      try Console.print(lines: Self.text(answer))
    }
    throw ExitCode(answer.verdict.exitCode)
  }

  /// The value of `--kernel-date`.
  static func date(_ text: String) throws -> CivilDate {
    guard let date = CivilDate(iso8601: text) else {
      throw ProgramFailure(
        .usage, "\(Setting.kernelDate.flag) takes a date such as 1997-12-05")
    }
    return date
  }

  private static func text(_ answer: FixVerdict) -> String {
    let level = answer.servicePack.map { " \($0.id)" } ?? ""
    let fix = answer.fixedIn.map { ", fixed in \($0.id)" } ?? ""
    var lines = ["\(answer.article) on \(answer.product)\(level): \(answer.verdict.rawValue)\(fix)"]
    if answer.certainty == .inferred { lines.append("  inferred, not stated") }
    lines += answer.evidence.map { "  \($0.source): \($0.text)" }
    lines += answer.notes.map { "  Note: \($0)" }
    return lines.joined(separator: "\n")
  }
}

extension Verdict {
  /// 0 fixed, 10 affected, 11 unknown or not listed.
  var exitCode: Int32 {
    switch self {
    case .fixed: 0
    case .affected: 10
    case .unknown, .notListed, .notApplicable: 11
    }
  }
}
