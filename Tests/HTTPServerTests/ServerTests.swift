import Foundation
import HTTPServer
import HTTPWire
import Testing

/// The server over real sockets of the loopback interface, each on a port of its own.
@Suite("A server on the loopback interface", .timeLimit(.minutes(10)))
struct ServerTests {
  @Test("a handler knows where a request comes from")
  func clientAddress() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      for _ in 0..<2 {
        #expect(try client.exchange("GET /client HTTP/1.1\r\nHost: h\r\n\r\n").text == "loopback")
      }
    }
  }

  /// Waits until the server's one reactor has seen all that was sent so far: it takes events in their
  /// order.
  private static func awaitTurn(of server: Server) throws {
    _ = try Client(port: server.address.port).exchange("GET /turn HTTP/1.1\r\nHost: h\r\n\r\n")
  }

  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
  }

  @Test("a connection is kept for further requests")
  func keepAlive() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      for number in 0..<50 {
        #expect(try client.exchange(get("/\(number)")).text == "/\(number)")
      }
      #expect(try client.exchange(get("/page")).text == "page")
    }
  }

  @Test("a thousand pipelined requests are answered in order")
  func pipelined() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      try client.send((0..<1_000).map { get("/\($0)") }.joined())
      for number in 0..<1_000 { #expect(try client.answer().text == "/\(number)") }
    }
  }

  @Test("pipelined work is answered in order")
  func pipelinedWork() throws {
    try withServer { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(get("/held") + get("/1") + get("/held") + get("/2"))
      gate.open(2)
      for text in ["held", "/1", "held", "/2"] { #expect(try client.answer().text == text) }
    }
  }

  @Test("a chunked upload in pieces arrives whole")
  func chunkedUpload() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      try client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      let part = [UInt8](repeating: 0x78, count: 50_000)
      for _ in 0..<10 {
        try client.send("c350\r\n")
        try client.send(part)
        try client.send("\r\n")
      }
      try client.send("0\r\n\r\n")
      let answer = try client.answer()
      #expect(answer.status == 200)
      #expect(answer.body.count == 500_000)
      #expect(try client.exchange(get("/next")).text == "/next")
    }
  }

  @Test("a client that announces 65 MiB and sends them sees 413")
  func announcedTooLarge() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      let length = 65 << 20
      try client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n")
      let part = [UInt8](repeating: 0x78, count: 1 << 20)
      for _ in 0..<65 { try client.send(part) }
      #expect(try client.answer().status == 413)
      #expect(client.isClosedByServer())
    }
  }

  @Test("a client whose chunks pass the limit sees 413")
  func chunksTooLarge() throws {
    try withServer { server, _ in
      let client = try Client(port: server.address.port)
      try client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x78, count: 0x10000) + [13, 10]
      for _ in 0..<40 { try client.send(chunk) }
      #expect(try client.answer().status == 413)
      #expect(client.isClosedByServer())
    }
  }

  @Test("a head that is late gets 408, a silent connection just closes")
  func lateHead() throws {
    try withServer { configuration in
      configuration.limits.headerMilliseconds = 100
      configuration.limits.idleMilliseconds = 3_600_000
    } _: { server, _ in
      let slow = try Client(port: server.address.port)
      try slow.send("GET / HTTP/1.1\r\n")
      #expect(try slow.answer().status == 408)
      #expect(slow.isClosedByServer())
    }
    try withServer {
      $0.limits.idleMilliseconds = 100
    } _: { server, _ in
      let silent = try Client(port: server.address.port)
      #expect(silent.isClosedByServer())
    }
  }

  @Test("a client that does not read holds nobody up and is closed in the end")
  func greedyClient() throws {
    try withServer { configuration in
      configuration.threads = 1
      configuration.limits.paceGraceMilliseconds = 300
      configuration.limits.minimumBytesPerSecond = 1 << 40
    } _: { server, _ in
      let greedy = try Client(port: server.address.port, receiveBuffer: 4_096)
      try greedy.send(String(repeating: get("/large"), count: 20))
      let other = try Client(port: server.address.port)
      #expect(try other.exchange(get("/quick")).text == "/quick")
      try eventually { server.openConnections == 1 }
    }
  }

  @Test("a client that reads late gets everything")
  func lateReader() throws {
    try withServer {
      $0.threads = 1
    } _: { server, _ in
      let client = try Client(port: server.address.port, receiveBuffer: 4_096)
      try client.send(String(repeating: get("/large"), count: 8) + get("/last"))
      try Self.awaitTurn(of: server)
      for _ in 0..<8 { #expect(try client.answer().body.count == 1 << 20) }
      #expect(try client.answer().text == "/last")
    }
  }

  @Test("a client that shuts down its sending side gets its answers")
  func halfClosed() throws {
    try withServer { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(get("/held") + get("/b"))
      client.shutDownOutput()
      #expect(gate.awaitReached())
      gate.open()
      #expect(try client.answer().text == "held")
      #expect(try client.answer().text == "/b")
      #expect(client.isClosedByServer())
    }
  }

  @Test("work is cancelled when its client is gone")
  func goneClient() throws {
    try withServer { server, gate in
      do {
        let client = try Client(port: server.address.port)
        try client.send(get("/held"))
        #expect(gate.awaitReached())
        client.reset()
      }
      #expect(gate.cancelled.comesInTime())
    }
  }

  @Test("a worker keeps what its work needs again")
  func workerValues() throws {
    try withServer {
      $0.workers = 1
    } _: { server, _ in
      for number in 1...3 {
        let client = try Client(port: server.address.port)
        #expect(try client.exchange(get("/uses")).text == "\(number)")
      }
    }
  }

  @Test("a request that comes in pieces and one that comes late are answered")
  func pieces() throws {
    try withServer {
      $0.threads = 1
    } _: { server, _ in
      let client = try Client(port: server.address.port)
      for piece in ["GET /a HT", "TP/1.1\r\nHo", "st: h\r\nConnection: close\r\n\r", "\n"] {
        try client.send(piece)
        try Self.awaitTurn(of: server)
      }
      #expect(try client.answer().text == "/a")
      #expect(client.isClosedByServer())
    }
  }

  @Test("input that arrives while work runs wakes nobody in vain")
  func inputDuringWork() throws {
    let reactor = WatchedThread()
    try withServer(watching: reactor) {
      $0.threads = 1
    } _: { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(get("/held"))
      #expect(gate.awaitReached())
      try client.send(get("/b"))
      client.shutDownOutput()
      try eventually { try reactor.isAsleep() }
      gate.open()
      for text in ["held", "/b"] { #expect(try client.answer().text == text) }
      #expect(client.isClosedByServer())
    }
  }

  @Test("a full queue is answered with 503 and Retry-After")
  func fullQueue() throws {
    try withServer { configuration in
      configuration.threads = 1
      configuration.workers = 1
      configuration.workQueueDepth = 1
    } _: { server, gate in
      let port = server.address.port
      let running = try Client(port: port)
      try running.send(get("/held"))
      #expect(gate.awaitReached())
      let queued = try Client(port: port)
      try queued.send(get("/held"))
      // The one reactor takes events in their order: an answer here means that one is queued.
      let refused = try Client(port: port)
      #expect(try refused.exchange(get("/page")).status == 200)
      let answer = try refused.exchange(get("/held"))
      #expect(answer.status == 503)
      #expect(answer.head.contains("Retry-After: 1"))
      #expect(try refused.exchange(get("/page")).status == 200)
      gate.open(2)
      #expect(try running.answer().text == "held")
      #expect(try queued.answer().text == "held")
    }
  }

  @Test("an answer that takes time does not wait for a body that takes longer")
  func shortWork() throws {
    try withServer {
      $0.workers = 1
    } _: { server, gate in
      let uploading = try Client(port: server.address.port)
      try uploading.send("POST /decode HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
      #expect(gate.awaitReached())
      let reading = try Client(port: server.address.port)
      #expect(try reading.exchange(get("/uses")).text == "1")
      gate.open()
      #expect(try uploading.answer().text == "decoded")
    }
  }

  @Test("connections beyond the limit get 503, the others go on")
  func connectionLimit() throws {
    try withServer {
      $0.limits.connections = 2
    } _: { server, _ in
      let port = server.address.port
      let kept = [try Client(port: port), try Client(port: port)]
      for client in kept { #expect(try client.exchange(get("/a")).status == 200) }
      let refused = try Client(port: port)
      #expect(try refused.answer().status == 503)
      refused.shutDownOutput()
      #expect(refused.isClosedByServer())
      for client in kept { #expect(try client.exchange(get("/b")).text == "/b") }
    }
  }
}
