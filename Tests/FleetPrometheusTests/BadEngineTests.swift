import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import Handles
import SQLite
import Synchronization
import System
import Telemetry
import Testing

@testable import FleetPrometheus

@Suite("An engine gone wrong", .timeLimit(.minutes(10)))
struct BadEngineTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

  private func fleet(
    _ url: URL, timeLimit: Duration = .seconds(600), waitingMax: Int = 16,
    waitingBytes: Int = 1 << 20
  ) -> PrometheusFleet {
    var configuration = ClusterConfiguration(readURL: url)
    configuration.timeLimit = timeLimit
    configuration.answerBytesMax = 1 << 20
    configuration.waitingMax = waitingMax
    configuration.waitingBytes = waitingBytes
    return PrometheusFleet(configuration, tenants: { ["t"] }, now: StoreUnderTest.now)
  }

  private func upload(_ samples: Int = 1) throws -> FleetUpload {
    let now = StoreUnderTest.now()
    let samples = try (0..<samples).map {
      Sample(
        time: try #require(Timestamp(milliseconds: now.milliseconds - Int64($0) * 1_000)),
        handles: 1)
    }
    return FleetUpload(
      tenant: "t", series: [HandleSeries(host: "A", process: "X", samples: samples)],
      received: now)
  }

  @Test(
    "answers that are none are a clear error",
    arguments: [
      "Content-Length: 20\r\n\r\n<html>Not this</html",
      "Content-Length: 30\r\n\r\n{\"status\":\"success\",\"data\":{\"re",
      "Content-Length: 300\r\n\r\n{\"status\":\"success\"",
      "Connection: close\r\n\r\n{\"status\":\"success\",\"data\":[",
      "Connection: close\r\n\r\n{\"status\":\"success\",\"data\":[{\"host\":7}]}",
      "Connection: close\r\n\r\n{\"status\":\"success\",\"data\":NaN}",
      "Connection: close\r\n\r\n{\"status\":\"success\",\"data\":[+Inf]}",
      "Connection: close\r\n\r\n",
    ])
  func malformed(rest: String) throws {
    let server = try RawServer([Array((Self.head + rest).utf8)])
    defer { server.stop() }
    let fleet = fleet(server.url)
    defer { fleet.close() }
    do {
      _ = try fleet.host("A", of: "t")
      Issue.record("an answer was taken")
    } catch let error as StorageError {
      #expect(error.kind == .badAnswer && "\(error)".contains("--series-url"))
    } catch let error as FleetError {
      #expect(error == .away(retryAfter: 5))
    }
  }

  @Test("an answer without an end is given up at its limit")
  func endless() throws {
    let server = try RawServer(
      [
        Array("\(Self.head)Connection: close\r\n\r\n{\"status\":\"success\",\"data\":[\"".utf8),
        [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 16),
      ], repeats: true)
    defer { server.stop() }
    let fleet = fleet(server.url)
    defer { fleet.close() }
    #expect(throws: StorageError.self) { try fleet.hosts(of: "t", HostSelection()) }
    // The limit, and what the kernel keeps between two sockets of one machine.
    #expect(server.sent < 16 << 20)
  }

  @Test("an answer that says how long it is, and that is too long, is not waited for")
  func announced() throws {
    let server = try RawServer(
      [Array("\(Self.head)Content-Length: 10000000000\r\n\r\n{".utf8), [0x20]],
      pause: RawServer.forever)
    defer { server.stop() }
    let fleet = fleet(server.url)
    defer { fleet.close() }
    // At the time limit it would be a `FleetError`.
    #expect(throws: StorageError.self) { try fleet.host("A", of: "t") }
  }

  @Test("an answer that drips is given up at the time limit")
  func drip() throws {
    let server = try RawServer(
      [Array("\(Self.head)Connection: close\r\n\r\n{".utf8), Array(" ".utf8)], pause: 200,
      repeats: true)
    defer { server.stop() }
    let fleet = fleet(server.url, timeLimit: .seconds(1))
    defer { fleet.close() }
    // Without the limit neither would end.
    #expect(throws: FleetError.away(retryAfter: 5)) { try fleet.host("A", of: "t") }
    #expect(throws: FleetError.away(retryAfter: 5)) { try fleet.store(upload()) }
  }

  @Test("nothing that listens is 'away'")
  func refused() throws {
    let server = try RawServer([[]])
    server.stop()
    let fleet = fleet(server.url)
    defer { fleet.close() }
    #expect(throws: FleetError.away(retryAfter: 5)) { try fleet.store(upload()) }
    #expect(throws: FleetError.away(retryAfter: 5)) { try fleet.checkAvailable() }
  }

  @Test(
    "statuses of a write",
    arguments: [
      (429, "7", "", FleetError.throttled(retryAfter: 7)),
      (429, "x", "", .throttled(retryAfter: 5)),
      (503, "99999999", "", .away(retryAfter: 3_600)),
      (500, nil, "<html>", .away(retryAfter: 5)),
      (400, nil, "out of bounds\u{1B}[31m", .refused("out of bounds [31m")),
      (422, nil, #"{"status":"error","error":"too old"}"#, .refused("too old")),
    ] as [(Int, String?, String, FleetError)])
  func statuses(status: Int, retryAfter: String?, body: String, expected: FleetError) throws {
    let engine = try FakeEngine()
    defer { engine.stop() }
    let fleet = fleet(engine.url)
    defer { fleet.close() }
    var fault = FakeEngine.Fault(status: HTTPResponse.Status(code: status), body: body)
    fault.fields[.retryAfter] = retryAfter
    engine.state.withLock { [fault] in $0.writeFault = fault }
    #expect(throws: expected) { try fleet.store(upload()) }
    engine.state.withLock { $0.writeFault = nil }
    #expect(try fleet.store(upload()).acceptedSamples == 1)
  }

  @Test("an address that is none of an engine, and one that sends elsewhere, are the operator's")
  func wrongAddress() throws {
    let engine = try FakeEngine()
    defer { engine.stop() }
    for status in [404, 401, 302] {
      var fault = FakeEngine.Fault(status: HTTPResponse.Status(code: status), body: "no")
      fault.fields[.location] = "/prometheus/api/v1/query"
      engine.state.withLock { [fault] in
        $0.writeFault = fault
        $0.readFault = fault
      }
      let fleet = fleet(engine.url)
      defer { fleet.close() }
      #expect(throws: StorageError.self) { try fleet.store(upload()) }
      #expect(throws: StorageError.self) { try fleet.checkAvailable() }
    }
  }

  @Test("a write that fails in the middle is not acknowledged, and the rest isn't sent")
  func halfWritten() throws {
    let engine = try FakeEngine()
    defer { engine.stop() }
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.samplesOfAWriteMax = 100
    let fleet = PrometheusFleet(configuration, tenants: { ["t"] }, now: StoreUnderTest.now)
    defer { fleet.close() }
    #expect(try fleet.store(upload(250)).acceptedSamples == 250)
    #expect(engine.state.withLock { $0.writes } == 3)
    engine.state.withLock {
      $0.writeFault = FakeEngine.Fault(status: .internalServerError)
    }
    #expect(throws: FleetError.away(retryAfter: 5)) { try fleet.store(upload(250)) }
    #expect(engine.state.withLock { $0.writes } == 3)
  }

  @Test("what waits for an engine that doesn't answer is bounded")
  func bounded() throws {
    let server = try RawServer([[]], pause: RawServer.forever, repeats: true)
    defer { server.stop() }
    let fleet = fleet(server.url, waitingMax: 3)
    let results = Results<UploadReceipt, any Error>()
    for _ in 0..<5 { fleet.store(try upload()) { results.add($0) } }
    server.hangUp(3)
    try results.wait(for: 5)
    let errors = results.errors.compactMap { $0 as? FleetError }
    #expect(errors.count { $0 == .busy } == 2)
    #expect(errors.count { $0 == .away(retryAfter: 5) } == 3)
    fleet.close()
  }

  @Test("what waits is bounded in bytes too, which come back when it was answered")
  func boundedBytes() throws {
    let server = try RawServer([[]], pause: RawServer.forever, repeats: true)
    defer { server.stop() }
    let fleet = fleet(server.url, waitingBytes: 100_000)
    let results = Results<UploadReceipt, any Error>()
    // 32 bytes a sample, since all of them are in one request, and 1 KiB: two have room, and one that
    // is too large comes alone.
    for _ in 0..<2 {
      for _ in 0..<3 { fleet.store(try upload(1_500)) { results.add($0) } }
      server.hangUp(2)
      try results.wait(for: 3)
    }
    fleet.store(try upload(10_000)) { results.add($0) }
    fleet.store(try upload(1)) { results.add($0) }
    server.hangUp(1)
    try results.wait(for: 2)
    let errors = results.errors.compactMap { $0 as? FleetError }
    #expect(errors.count { $0 == .busy } == 3)
    #expect(errors.count { $0 == .away(retryAfter: 5) } == 5)
    fleet.close()
  }

  @Test("requests are made one by one, and what is in them is counted no more")
  func batches() throws {
    var writes = WriteBatches(labels: ["tenant": "t"], samplesMax: 100)
    let series = try upload(250).series[0]
    writes.append(series)
    writes.append(HandleSeries(host: "A", process: "Y", samples: Array(series.samples.prefix(30))))
    writes.append(HandleSeries(host: "A", process: "Z", samples: []))
    writes.append(["__name__": "m"], StoreUnderTest.now(), 1)
    var bytes = [writes.bytes]
    var sizes: [Int] = []
    while let request = try writes.next() {
      sizes.append(request.bytes.count)
      bytes.append(writes.bytes)
    }
    #expect(sizes.count == 3 && writes.isEmpty)
    #expect(bytes == bytes.sorted(by: >) && bytes.last == 0)
    // The samples that no request holds, and the next request.
    #expect(bytes.first == 3 * 1_024 + (280 + 100) * MemoryLayout<Sample>.stride)
    var nothing = WriteBatches(labels: [:], samplesMax: 1)
    #expect(try nothing.next() == nil)
  }
}
