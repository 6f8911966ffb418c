import ArticleStore
import Bytes
import Compression
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPWire
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// The routes to which Prometheus and OpenTelemetry send by themselves.
@Suite("Routes of collectors")
struct CollectorRouteTests {
  private static let protobuf = "application/x-protobuf"
  private let snappy = ["Content-Type": protobuf, "Content-Encoding": "snappy"]
  private let json = ["Content-Type": "application/json"]

  private func remoteWrite(
    _ client: FleetClient, _ series: [[UInt8]], _ fields: [String: String]? = nil,
    query: String = ""
  ) throws -> Answer {
    try client.send(
      "POST", "/write" + query, try client.token(.upload), fields ?? snappy,
      bytes: Snappy.compressed(series.flatMap { Messages.field(1, $0) }))
  }

  // MARK: Remote write

  @Test("samples of several hosts are stored, with what describes each")
  func stores() throws {
    let client = try FleetClient()
    let info = Messages.series(
      "windows_os_info", ["instance": "B:9182", "product": "Windows NT Server 4.0"], [(1, 0)])
    let answer = try remoteWrite(
      client,
      [
        Messages.handles("A:9182", [(812, 1_000), (815, 2_000)]), info,
        Messages.handles("B:9182", [(5, 1_000)]),
      ])
    #expect(answer.status == 204 && answer.body.isEmpty)
    #expect(try client.database.host("A", of: "t")?.product == nil)
    #expect(try client.database.host("B", of: "t")?.product == "Windows NT Server 4.0")
    let items = try client.get("/hosts/A/series", try client.token(.read)).json()["items"]
    let series = (items as? [[String: Any]])?.first
    #expect(series?["process"] as? String == "EXTRA" && series?["pid"] as? Int == 212)
    #expect((series?["samples"] as? [Any])?.count == 2)
  }

  @Test("a batch without a metric of ours, or without anything, is a success")
  func others() throws {
    let client = try FleetClient()
    #expect(try remoteWrite(client, []).status == 204)
    #expect(try remoteWrite(client, [Messages.series("up", ["job": "x"], [(1, 0)])]).status == 204)
    // The mark of a stale series alone.
    let stale = Double(bitPattern: 0x7FF0_0000_0000_0002)
    #expect(try remoteWrite(client, [Messages.handles("A:1", [(stale, 0)])]).status == 204)
    #expect(try client.database.host("A", of: "t") == nil)
  }

  @Test("invalid samples are 400, told in the answer, and the others are stored")
  func invalid() throws {
    let client = try FleetClient()
    let answer = try remoteWrite(
      client, [Messages.handles("A:1", [(1, 1_000)]), Messages.handles("A:1", [(-1, 2_000)])])
    #expect(answer.status == 400)
    #expect(answer.text.contains("negative"))
    #expect(try client.database.host("A", of: "t") != nil)
  }

  @Test("samples of no host are left out, unless the query names one")
  func noHost() throws {
    let client = try FleetClient()
    let series = Messages.series("windows_process_handles", ["process": "P"], [(1, 0)])
    let answer = try remoteWrite(client, [series, Messages.handles("A:1", [(1, 0)])])
    #expect(answer.status == 400 && answer.text.contains("host"))
    #expect(try client.database.host("A", of: "t") != nil)
    #expect(try remoteWrite(client, [series], query: "?host=H").status == 204)
    #expect(try client.database.host("H", of: "t") != nil)
  }

  @Test("what is not remote write 1.0")
  func refused() throws {
    let client = try FleetClient()
    let two = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    let type = ["Content-Type": two, "Content-Encoding": "snappy"]
    #expect(try remoteWrite(client, [], type).status == 415)
    let one = "application/x-protobuf;proto=prometheus.WriteRequest"
    let known = ["Content-Type": one, "Content-Encoding": "snappy"]
    #expect(try remoteWrite(client, [], known).status == 204)
    let coding = ["Content-Type": Self.protobuf, "Content-Encoding": "zstd"]
    #expect(try remoteWrite(client, [], coding).status == 415)
    let token = try client.token(.upload)
    for (body, status) in [([1, 2, 3], 400), ([0xFF, 0xFF, 0xFF, 0x7F, 0], 413)]
      as [([UInt8], Int)]
    {
      #expect(try client.send("POST", "/write", token, snappy, bytes: body).status == status)
    }
    #expect(
      try client.send("POST", "/write", try client.token(.read), snappy).status == 403)
  }

  @Test("the route for any format takes it too")
  func telemetry() throws {
    let client = try FleetClient()
    let body = Snappy.compressed(Messages.field(1, Messages.handles("A:1", [(1, 0)])))
    let token = try client.token(.upload)
    let answer = try client.send("POST", "/telemetry", token, snappy, bytes: body)
    #expect(try answer.json()["format"] as? String == "remote-write")
  }

  // MARK: OTLP

  private let points = #""gauge":{"dataPoints":[{"timeUnixNano":"1000000000","asInt":"5"}]}"#

  private func otlp(host: String = #"{"key":"host.name","value":{"stringValue":"A"}},"#) -> String {
    #"{"resourceMetrics":[{"resource":{"attributes":["# + host
      + #"{"key":"service.name","value":{"stringValue":"S"}}]},"scopeMetrics":[{"metrics":["#
      + #"{"name":"process.windows.handle.count","# + points + "}]}]}]}"
  }

  @Test("OTLP in JSON is answered in JSON")
  func otlpJSON() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let answer = try client.send("POST", "/v1/metrics", token, json, otlp())
    #expect(answer.status == 200 && answer.text == "{}")
    #expect(answer.fields["content-type"] == "application/json")
    #expect(try client.database.host("A", of: "t") != nil)
    #expect(try client.send("POST", "/v1/metrics", token, json, "{}").text == "{}")

    let partial = try client.send("POST", "/v1/metrics", token, json, otlp(host: ""))
    #expect(partial.status == 200)
    let told = try partial.json()["partialSuccess"] as? [String: Any]
    #expect(told?["rejectedDataPoints"] as? String == "1")
    #expect((told?["errorMessage"] as? String)?.contains("host.name") == true)
    #expect(
      try client.send("POST", "/v1/metrics?host=H", token, json, otlp(host: "")).text == "{}")
  }

  @Test("OTLP's errors are google.rpc.Status in the encoding of the request")
  func otlpErrors() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let bad = try client.send("POST", "/v1/metrics", token, json, "{")
    #expect(bad.status == 400)
    #expect(try bad.json()["code"] as? Int == 3)
    let unknown = try client.send("POST", "/v1/metrics", nil, json, "{}")
    #expect(unknown.status == 401 && unknown.fields["www-authenticate"] != nil)
    #expect(try unknown.json()["code"] as? Int == 16)
    let binary = try client.send(
      "POST", "/v1/metrics", token, ["Content-Type": Self.protobuf], bytes: [7])
    #expect(binary.status == 400 && binary.fields["content-type"] == Self.protobuf)
    #expect(binary.body.starts(with: [0x08, 0x03, 0x12]))
    let type = try client.send("POST", "/v1/metrics", token, ["Content-Type": "text/csv"], "")
    #expect(type.status == 415 && type.fields["content-type"] == "application/problem+json")
  }

  @Test("JSON that is no object is refused", arguments: ["\"text\"", "1", "null", "[]", "[{}]"])
  func otlpNoObject(body: String) throws {
    let client = try FleetClient()
    let answer = try client.send("POST", "/v1/metrics", try client.token(.upload), json, body)
    #expect(answer.status == 400, "\(answer.text)")
  }

  @Test("OTLP's clients are told to come back: 429 and 503 with Retry-After")
  func otlpLater() throws {
    let client = try FleetClient(requests: RateLimit(perSecond: 1, burst: 1))
    let token = try client.token(.upload)
    _ = try client.send("POST", "/v1/metrics", token, json, "{}")
    let refused = try client.send("POST", "/v1/metrics", token, json, "{}")
    #expect(refused.status == 429 && refused.fields["retry-after"] == "1")
    #expect(try refused.json()["code"] as? Int == 8)
  }

  // MARK: Text

  @Test("a scrape is taken as it is")
  func text() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let text = "# TYPE up gauge\nup 1\nprocess_open_fds{job=\"P\"} 7\n"
    let path = "/import/prometheus"
    let answer = try client.send("POST", path + "?host=A", token, [:], text)
    #expect(answer.status == 200)
    #expect(try answer.json()["accepted_samples"] as? Int == 1)
    #expect(try client.send("POST", path, token, [:], "up 1\n").status == 200)
    #expect(try client.send("POST", path, token, [:], "").status == 200)
    #expect(try client.send("POST", path, token, [:], text).status == 400, "no host")
  }

  // MARK: Tokens

  @Test("an address that goes on with a bad token has to wait; others and valid tokens don't")
  func badTokens() throws {
    let client = try FleetClient(refusals: RateLimit(perSecond: 1, burst: 3))
    let token = try client.token(.read)
    func status(_ token: String, from network: UInt8, _ host: UInt8 = 1) throws -> Int {
      client.address = ClientAddress(
        octets: [0x20, 0x01, network, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host])
      return try client.get("/hosts", token).status
    }
    for _ in 0..<3 { #expect(try status("fxl_", from: 1) == 401) }
    #expect(try status("fxl_", from: 1) == 429)
    #expect(try status("fxl_", from: 1, 2) == 429, "the same network of IPv6")
    #expect(try client.get("/hosts", "fxl_").fields["retry-after"] == "1")
    #expect(try status("fxl_", from: 2) == 401)
    #expect(try status(token, from: 1) == 200)
    client.wait(seconds: 1)
    #expect(try status("fxl_", from: 1) == 401)
  }

  @Test("a token may come as the password of Basic")
  func basic() throws {
    let client = try FleetClient()
    let token = try client.token(.read)
    func status(_ credentials: String) throws -> Int {
      try client.get("/hosts", nil, ["Authorization": credentials]).status
    }
    func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
    #expect(try status(basic("fixlevel:\(token)")) == 200)
    #expect(try status(basic(":\(token)")) == 200)
    #expect(try status("basic " + Data("x:\(token)".utf8).base64EncodedString()) == 200)
    for other in [
      basic(token), basic("\(token):"), basic("x:\(token):"), "Basic", "Basic ?", "Basic ",
    ] {
      #expect(try status(other) == 401)
    }
  }
}

/// Messages of remote write, written field by field.
private enum Messages {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func series(
    _ name: String, _ labels: [String: String], _ samples: [(value: Double, time: Int64)]
  ) -> [UInt8] {
    let all = labels.merging(["__name__": name]) { $1 }.sorted { $0.key < $1.key }
    return all.flatMap { field(1, field(1, Array($0.key.utf8)) + field(2, Array($0.value.utf8))) }
      + samples.flatMap { sample in
        let bits = (0..<8).map { UInt8(truncatingIfNeeded: sample.value.bitPattern >> (8 * $0)) }
        return field(2, [0x09] + bits + [0x10] + varint(UInt64(bitPattern: sample.time)))
      }
  }

  static func handles(_ instance: String, _ samples: [(Double, Int64)]) -> [UInt8] {
    series(
      "windows_process_handles",
      ["instance": instance, "process": "EXTRA", "process_id": "212"],
      samples.map { (value: $0.0, time: $0.1) })
  }
}
