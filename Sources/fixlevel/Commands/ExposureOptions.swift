public import ArgumentParser
import Foundation
public import Service
import Web

/// To whom a server shows what.
struct ExposureOptions: ParsableArguments {
  @Option(name: .setting(.metrics), help: .setting(.metrics))
  var metrics = Defaults.metrics

  @Option(name: .setting(.allowedHost), help: .setting(.allowedHost))
  var allowedHost: [String] = []

  @Option(name: .setting(.corsOrigin), help: .setting(.corsOrigin))
  var corsOrigin: [String] = []

  private var hosts: [String] { Self.items(allowedHost) }
  private var origins: [String] { Self.items(corsOrigin) }

  func validate() throws {
    for host in hosts where host.contains(where: { "/:@* ".contains($0) }) {
      throw ValidationError(
        "\(Setting.allowedHost.flag) takes names without port, such as fixlevel.example.com")
    }
    for origin in origins where !Self.isOrigin(origin) {
      throw ValidationError(
        "\(Setting.corsOrigin.flag) takes origins as browsers send them, such as https://example.com"
      )
    }
  }

  var exposure: Exposure {
    var exposure = Exposure()
    exposure.metrics = metrics
    if !hosts.isEmpty { exposure.hosts = HostPolicy(names: hosts) }
    if !origins.isEmpty { exposure.sharing = SharingPolicy(origins: origins) }
    return exposure
  }

  private static func items(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// Scheme, host and port alone (RFC 6454 §6.2), in lower case; a pattern is none.
  private static func isOrigin(_ text: String) -> Bool {
    guard let url = URLComponents(string: text), let scheme = url.scheme, let host = url.host,
      ["http", "https"].contains(scheme), !host.isEmpty, !host.contains("*")
    else { return false }
    return text == "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
      && text == text.lowercased()
  }
}

extension Exposure.Metrics: ExpressibleByArgument {}
