import ArgumentParser
import HTTPClient

/// `fixlevel health`: asks a server of this machine whether it is ready, for containers, which have no
/// other program to ask with.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Ask the server of this machine whether it is ready; exit code 0 says yes.")

  @Option(name: .setting(.host), help: .setting(.host))
  var host = Defaults.host

  @Option(name: .setting(.port), help: .setting(.port))
  var port = Defaults.port

  func run() throws {
    // A server that listens on every address answers on this one.
    let any = ["0.0.0.0": "127.0.0.1", "::": "::1"]
    let name = any[host] ?? host
    let address = "http://\(name.contains(":") ? "[\(name)]" : name):\(port)/readyz"
    let client = HTTPClient(ClientLimits(time: .seconds(5), answerBytes: 1 << 10), isDirect: true)
    defer { client.stop() }
    let answer: ClientAnswer
    do throws(ClientFailure) {
      answer = try client.send(ClientRequest(address))
    } catch .unsendable {
      throw ProgramFailure(.usage, "\(host.prefix(80)) is no host")
    } catch {
      throw ProgramFailure(.unavailable, "nothing answers at \(address)")
    }
    guard answer.isSuccess else {
      throw ProgramFailure(.unavailable, "the server isn't ready (\(answer.status) at \(address))")
    }
    try Console.print("ready")
  }
}
