import Foundation
import Testing

@Suite("/metrics of a running server")
struct ProgramMetricsTests {
  /// Those that dashboards and alert rules are made of.
  private static let names = [
    "fixlevel_http_requests_total", "fixlevel_http_request_duration_seconds_bucket",
    "fixlevel_http_requests_in_flight", "fixlevel_http_connections",
    "fixlevel_http_connections_total", "fixlevel_http_received_bytes_total",
    "fixlevel_http_sent_bytes_total", "fixlevel_http_body_bytes", "fixlevel_worker_queue_length",
    "fixlevel_worker_queue_wait_seconds_bucket", "fixlevel_uploads_total",
    "fixlevel_upload_samples_total", "fixlevel_upload_rejected_rows_total",
    "fixlevel_commit_duration_seconds_bucket", "fixlevel_commit_uploads_bucket",
    "fixlevel_diagnosis_duration_seconds_bucket", "fixlevel_fleet_backlog_hosts",
    "fixlevel_database_size_bytes", "fixlevel_database_wal_size_bytes",
    "fixlevel_cache_hits_total", "fixlevel_cache_misses_total", "fixlevel_cache_bytes",
    "fixlevel_knowledge_base_articles", "fixlevel_knowledge_base_modified_timestamp_seconds",
    "fixlevel_rate_limited_total", "fixlevel_http_refusals_total", "fixlevel_build_info",
    "fixlevel_log_dropped_lines_total",
    "process_cpu_seconds_total", "process_resident_memory_bytes", "process_virtual_memory_bytes",
    "process_open_fds", "process_max_fds", "process_start_time_seconds",
  ]

  @Test("every metric is there once something happened", .timeLimit(.minutes(10)))
  func complete() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(dataDir: folder.path)
    let token = try ProgramRun([
      "token", "create", "--name", "t", "--scope", "upload", "--data-dir", folder.path,
    ]).output.split(separator: "\n").joined()
    let rows = "timestamp,process,handles\n1000,A,1\n2000,A,2\n"
    _ = try server.exchange(
      "POST /api/v1/telemetry?host=h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
        + "Authorization: Bearer \(token)\r\nContent-Type: text/csv\r\n"
        + "Content-Length: \(rows.utf8.count)\r\n\r\n\(rows)")
    _ = try server.exchange("nonsense\r\n\r\n")
    let text = try server.get("/metrics")
    let names = Set(
      text.split(separator: "\n").compactMap { line in
        line.hasPrefix("#") ? nil : line.split { $0 == "{" || $0 == " " }.first.map(String.init)
      })
    for name in Self.names { #expect(names.contains(name), "\(name)") }
    #expect(text.contains(#"fixlevel_http_refusals_total{code="400"} 1"#))
    #expect(text.contains(#"fixlevel_uploads_total{format="csv",result="stored"} 1"#))
    #expect(text.contains("fixlevel_commit_uploads_count 1"))
    // The server may still see to the end of a connection that its client has closed.
    try eventually { try server.get("/metrics").contains("fixlevel_http_connections 1\n") }
  }

  @Test("with a token only admin reads them", .timeLimit(.minutes(10)))
  func token() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(dataDir: folder.path, arguments: ["--metrics", "token"])
    func status(_ scope: String) throws -> String {
      let token = try ProgramRun([
        "token", "create", "--name", "t", "--scope", scope, "--data-dir", folder.path,
      ]).output.split(separator: "\n").joined()
      return String(
        try server.exchange(
          "GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            + "Authorization: Bearer \(token)\r\n\r\n"
        ).prefix(12))
    }
    #expect(try server.get("/metrics").hasPrefix("HTTP/1.1 401"))
    #expect(try status("read") == "HTTP/1.1 403")
    #expect(try status("admin") == "HTTP/1.1 200")
  }

  @Test("fixlevel health says whether a server is ready", .timeLimit(.minutes(10)))
  func health() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(dataDir: folder.path)
    let well = try ProgramRun(["health", "--port", "\(server.port)", "--host", "0.0.0.0"])
    #expect(well.code == 0 && well.output == "ready\n")
    try FileManager.default.removeItem(at: folder.url.appending(path: "kb.sqlite"))
    let ill = try ProgramRun(["health", "--port", "\(server.port)"])
    #expect(ill.code == 69 && ill.error.contains("503"))
    #expect(server.end(SIGTERM) == 0)
    let gone = try ProgramRun(["health", "--port", "\(server.port)"])
    #expect(gone.code == 69 && gone.error.split(separator: "\n").count == 1)
  }

  @Test("a server that is told to end says so on /readyz first", .timeLimit(.minutes(10)))
  func drainDelay() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--drain-delay-seconds", "10"])
    #expect(try server.get("/readyz").hasPrefix("HTTP/1.1 200"))
    kill(server.process.processIdentifier, SIGTERM)
    try eventually { try server.get("/readyz").hasPrefix("HTTP/1.1 503") }
    #expect(try server.get("/kb/Q179827").hasPrefix("HTTP/1.1 200"))
    server.process.waitUntilExit()
    #expect(server.process.terminationStatus == 0)
  }
}
