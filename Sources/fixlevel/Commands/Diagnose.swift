import ArgumentParser
import Diagnosis
import Foundation
import Handles
import KnowledgeBase
import Telemetry
import UseCases

/// `fixlevel diagnose`: telemetry in, verdict out.
struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Diagnose a log of handle counts.",
    discussion: """
      Reads what typeperf, relog, PowerShell, Sysinternals' tools, Prometheus, Grafana, Telegraf and \
      others write, and JSON and CSV: see docs/formats.md. Exit code: 0 fixed, 10 affected, \
      11 unknown, not listed or not applicable.
      """)

  @Argument(help: "The log; - for standard input.")
  var file: String

  @Option(name: .setting(.product), help: .setting(.product))
  var product: String?

  @Option(name: .setting(.servicePack), help: .setting(.servicePack))
  var servicePack: String?

  @Option(name: .setting(.kernelDate), help: .setting(.kernelDate))
  var kernelDate: String?

  @Option(name: .setting(.kernelVersion), help: .setting(.kernelVersion))
  var kernelVersion: String?

  @Option(name: .setting(.hostName), help: .setting(.hostName))
  var hostName: String?

  @Option(name: .setting(.handleLimit), help: .setting(.handleLimit))
  var handleLimit: UInt64?

  @Option(name: .setting(.asOf), help: .setting(.asOf))
  var asOf: String?

  @Option(name: .setting(.dateOrder), help: .setting(.dateOrder))
  var dateOrder: String?

  @Option(name: .setting(.timeZone), help: .setting(.timeZone))
  var timeZone: String?

  @Option(name: .setting(.processName), help: .setting(.processName))
  var processName: String?

  @Option(name: .setting(.seed), help: .setting(.seed))
  var seed = Defaults.seed

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    let upload = try InputFile(file).decode(options: options(), concurrently: .threads)
    guard hostName.map(PrintableName.allows) ?? true else {
      throw ProgramFailure(.usage, "\(Setting.hostName.flag) holds control characters")
    }
    guard handleLimit != 0 else {
      throw ProgramFailure(.usage, "\(Setting.handleLimit.flag) is a number above 0")
    }
    let store = try ProgramFailure.mapping { try knowledgeBase.openStore() }
    var job = DiagnosisJob(
      article: try knowledgeBase.article(Article.q179827.id.description, in: store),
      host: HostDescription(name: hostName, product: product, servicePack: servicePack),
      seed: seed)
    job.kernelDate = try kernelDate.map(Check.date)
    job.kernelVersion = kernelVersion
    job.handleLimit = handleLimit
    job.asOf = try moment()
    var diagnosis: Diagnosis
    do {
      diagnosis = try job.diagnosis(of: upload, concurrently: .threads)
    } catch {
      // A level that the product never had can stand in the log as well as on the command line.
      throw ProgramFailure(servicePack == nil ? .input : .usage, error.description)
    }
    try ProgramFailure.mapping { try RelatedArticles(store).add(to: &diagnosis) }
    if json {
      try Console.print(try APIDocument.text(diagnosis))
    } else {
      try Console.print(lines: DiagnosisText(diagnosis).text)
    }
    throw ExitCode(diagnosis.verdict.exitCode)
  }

  /// Now where nothing is said.
  private func moment() throws -> Timestamp? {
    guard let asOf else { return .present() }
    guard let time = Timestamp(rfc3339: asOf) else {
      throw ProgramFailure(
        .usage, "\(Setting.asOf.flag) is a time such as 1999-03-04T10:00:00Z, not \"\(asOf)\"")
    }
    return time
  }

  private func options() throws -> UploadOptions {
    var options = UploadOptions()
    options.dateOrder = try dateOrder.map { text in
      guard let order = DateOrder(rawValue: text.lowercased()) else {
        throw ProgramFailure(.usage, "\(Setting.dateOrder.flag) is mdy, dmy or ymd")
      }
      return order
    }
    options.zone = try timeZone.map { text in
      guard let zone = LogZone(named: text) else {
        throw ProgramFailure(
          .usage,
          "\(Setting.timeZone.flag) is a name such as Europe/Berlin or an offset like +02:00")
      }
      return zone
    }
    options.process = try processName.map { text in
      guard let name = UploadOptions.processName(text) else {
        throw ProgramFailure(
          .usage, "\(Setting.processName.flag) is the name of a process, such as EXTRA.EXE")
      }
      return name
    }
    return options
  }
}
