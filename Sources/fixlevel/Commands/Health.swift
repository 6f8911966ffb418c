import ArgumentParser
import Foundation
import FoundationNetworking
import Synchronization

/// `fixlevel health`: asks a server of this machine whether it is ready, for containers, which have no
/// other program to ask with.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the server of this machine whether it is ready; exit code 0 says yes.")

  private static let seconds = 5.0

  @Option(name: .setting(.host), help: .setting(.host))
  var host = "127.0.0.1"

  @Option(name: .setting(.port), help: .setting(.port))
  var port: UInt16 = 8080

  func run() throws {
    // A server that listens on every address answers on this one.
    let any = ["0.0.0.0": "127.0.0.1", "::": "::1"]
    let name = any[host] ?? host
    let address = "http://\(name.contains(":") ? "[\(name)]" : name):\(port)/readyz"
    guard let url = URL(string: address) else {
      throw ProgramFailure(.usage, "\(host.prefix(80)) is no host")
    }
    guard let status = Self.status(of: url) else {
      throw ProgramFailure(.unavailable, "nothing answers at \(address)")
    }
    guard status == 200 else {
      throw ProgramFailure(.unavailable, "the server isn't ready (\(status) at \(address))")
    }
    try Console.print("ready")
  }

  /// The status of the answer; nil if there is none.
  private static func status(of url: URL) -> Int? {
    var request = URLRequest(url: url)
    request.timeoutInterval = seconds
    let configuration = URLSessionConfiguration.ephemeral
    configuration.connectionProxyDictionary = [:]
    let answered = DispatchSemaphore(value: 0)
    let status = Mutex<Int?>(nil)
    URLSession(configuration: configuration).dataTask(with: request) { _, response, _ in
      status.withLock { $0 = (response as? HTTPURLResponse)?.statusCode }
      answered.signal()
    }.resume()
    _ = answered.wait(timeout: .now() + seconds)
    return status.withLock { $0 }
  }
}
