import ArgumentParser
import Fleet
import Foundation
import HTTPServer
import HTTPWire
import Service

/// `fixlevel serve`: the server; Ctrl-C or SIGTERM drains it.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve articles, fix checks and diagnoses over HTTP.")

  @Option(name: .setting(.host), help: .setting(.host))
  var host = Defaults.host

  @Option(name: .setting(.port), help: .setting(.port))
  var port = Defaults.port

  @Option(name: .setting(.threads), help: .setting(.threads))
  var threads: Int?

  @Option(name: .setting(.workers), help: .setting(.workers))
  var workers: Int?

  @Option(name: .setting(.publicDir), help: .setting(.publicDir))
  var publicDir: String?

  @Option(name: .setting(.retain), help: .setting(.retain))
  var retain: Days?

  @Option(name: .setting(.fullResolution), help: .setting(.fullResolution))
  var fullResolution = Defaults.fullResolution

  @OptionGroup var logs: LogOptions

  @OptionGroup var exposure: ExposureOptions

  @OptionGroup var limits: LimitOptions

  @OptionGroup var cluster: ClusterOptions

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  var retention: RetentionPolicy {
    RetentionPolicy(days: retain?.count, fullResolutionDays: fullResolution.count)
  }

  func validate() throws {
    for (setting, count) in [(Setting.threads, threads), (.workers, workers)] {
      guard let count else { continue }
      guard (1...256).contains(count) else {
        throw ValidationError("\(setting.flag) takes a number from 1 to 256")
      }
    }
  }

  func run() throws {
    let signals = StopSignals()
    Self.raiseDescriptorLimit()
    // A file that reaches `ulimit -f` is a full disk and no reason to die.
    signal(SIGXFSZ, SIG_IGN)
    let log = try ProgramFailure.mapping { try LogQueue(format: logs.logFormat) }
    defer { log.end() }
    try ProgramFailure.mapping {
      let application = try start(log)
      // A server goes on serving where nobody reads what it prints.
      if Console.hasRoom() {
        try? Console.print(
          "Fixlevel serves \(application.address) with the data in "
            + "\(knowledgeBase.directory.path); Ctrl-C ends it.")
      }
      signals.wait()
      try application.stop()
    }
  }

  private func start(_ log: LogQueue) throws -> Application {
    do {
      return try Application.start(self, log)
    } catch let error as PublicFilesError {
      throw ProgramFailure(.unavailable, error.description)
    } catch let error as ServerError {
      throw ProgramFailure(.unavailable, error.description)
    }
  }

  /// Each connection takes a descriptor; the soft limit that a shell gives is far below the hard
  /// one. Where it can't be raised the server accepts as many as fit.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
  }
}
