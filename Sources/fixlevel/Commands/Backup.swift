import ArgumentParser
import FleetSQLite
import Foundation

/// `fixlevel backup`: a verified copy of the fleet database, while a server works on it or not.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy fleet.sqlite while the server runs, and check the copy.",
    discussion: "The file gets its name when it is complete, checked and on disk.")

  @Argument(help: "The file to make; one that is there is replaced.")
  var file: String

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func run() throws {
    let bytes = try ProgramFailure.mapping {
      try FleetBackup.write(
        directory: knowledgeBase.directory, migrations: try knowledgeBase.migrations("fleet"),
        to: URL(filePath: file))
    }
    try Console.print("\(file): \(bytes) bytes, checked")
  }
}
