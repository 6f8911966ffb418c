import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Routes of the fleet")
struct FleetRouteTests {
  /// A leak of a handle a minute for three days.
  static let upload = leak(minutes: 0..<4_320)

  static func leak(_ host: String = "PLC-07", minutes: Range<Int64>) -> String {
    var csv = "timestamp,host,process,pid,handles\n"
    for minute in minutes {
      let time = Timestamp(milliseconds: 920_246_400_000 + minute * 60_000)
      csv += "\(time.map(\.description) ?? ""),\(host),EXTRA,212,\(800 + minute)\n"
    }
    return csv
  }

  private let csv = ["Content-Type": "text/csv"]

  @Test("an upload is stored, diagnosed and read again")
  func way() throws {
    let client = try FleetClient()
    let (upload, read) = (try client.token(.upload), try client.token(.read))
    let stored = try client.send("POST", "/telemetry", upload, csv, Self.upload)
    #expect(stored.status == 200)
    let document = try stored.json()
    #expect(document["accepted_samples"] as? Int == 4_320)
    #expect(document["duplicate"] as? Bool == false)
    #expect((document["rejected"] as? [Any])?.isEmpty == true)

    let put = try client.send(
      "PUT", "/hosts/PLC-07", try client.token(.admin), [:],
      #"{"product":"Windows NT Server 4.0","service_pack":"SP3"}"#)
    #expect(put.status == 200)
    #expect(try put.json()["product"] as? String == "windows-nt-server-4.0")
    #expect(try put.json()["verdict"] == nil)

    let diagnosis = try client.get("/hosts/PLC-07/diagnosis", read).json()
    #expect(diagnosis["finding"] as? String == "leaking")
    #expect(diagnosis["verdict"] as? String == "affected")
    let host = try client.get("/hosts/PLC-07", read).json()
    #expect(host["finding"] as? String == "leaking")
    #expect(host["wrap"] as? String == "expected")
    #expect(host["current"] as? Bool == true)
    #expect(host["source"] as? String == "declared")

    let list = try client.get("/hosts?level=SP3&finding=leaking", read).json()
    #expect((list["items"] as? [[String: Any]])?.map { $0["name"] as? String } == ["PLC-07"])
    let fleet = try client.get("/fleet", read).json()
    #expect(fleet["hosts"] as? Int == 1)
    #expect((fleet["by_verdict"] as? [String: Int]) == ["affected": 1])

    let series = try client.get(
      "/hosts/PLC-07/series?from=1999-03-01T00:01:00Z&to=1999-03-01T00:02:00Z", read)
    let items = try series.json()["items"] as? [[String: Any]]
    #expect((items?.first?["samples"] as? [[Any]])?.count == 2)
    // As uploads may write it.
    let same = try client.get(
      "/hosts/PLC-07/series?from=1999-02-28T00:02:00-23:59&to=1999-03-02T00:01:00%2B23:59", read)
    #expect(same.body == series.body, "\(same.text)")
    let table = try client.get("/hosts/PLC-07/series.csv?step=86400", read)
    #expect(table.fields["content-type"] == "text/csv; charset=utf-8")
    #expect(table.text.split(separator: "\r\n").count == 4)
  }

  @Test("series and hosts come in parts, each with what leads to the next")
  func parts() throws {
    let client = try FleetClient()
    let token = try client.token(.admin)
    let body =
      Self.leak("A B", minutes: 0..<25) + Self.leak("C", minutes: 0..<1).drop { $0 != "\n" }
    #expect(try client.send("POST", "/telemetry", token, csv, body).status == 200)
    var target = "/hosts/A%20B/series.csv?limit=10&process=EXTRA"
    var rows: [Substring] = []
    for part in 0..<3 {
      let answer = try client.get(target, token)
      rows += answer.text.split(separator: "\r\n").dropFirst()
      #expect(rows.count == min(25, 10 * (part + 1)))
      let link = try #require(answer.fields["link"] ?? (part == 2 ? "none" : nil))
      if part == 2 { break }
      target = try #require(
        link.firstMatch(of: #/^<\/api\/v1(\/hosts\/A%20B\/series\.csv\?.*)>; rel="next"$/#)
          .map { String($0.1) })
    }
    #expect(Set(rows).count == 25)
    let json = try client.get("/hosts/A%20B/series?limit=24", token).json()
    #expect(json["next"] is String)

    let page = try client.get("/hosts?limit=1", token)
    let next = try #require(try page.json()["next"] as? String)
    #expect(page.fields["link"] == "</api/v1/hosts?limit=1&cursor=\(next)>; rel=\"next\"")
    let last = try client.get("/hosts?limit=1&cursor=\(next)", token)
    #expect(last.fields["link"] == nil && last.status == 200)
  }

  @Test("a second upload of the same says so, and a key belongs to one upload")
  func duplicates() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let fields = csv.merging(["Idempotency-Key": "a-1"]) { $1 }
    let first = try client.send("POST", "/telemetry", token, fields, Self.upload).json()
    let second = try client.send("POST", "/telemetry", token, fields, Self.upload).json()
    #expect(first["upload"] as? String == second["upload"] as? String)
    #expect(second["duplicate"] as? Bool == true)
    #expect(second["accepted_samples"] as? Int == 4_320)
    let other = try client.send(
      "POST", "/telemetry", token, fields, Self.leak(minutes: 0..<9))
    #expect(other.status == 422)
    let again = try client.send("POST", "/telemetry", token, csv, Self.upload).json()
    #expect(again["duplicate"] as? Bool == true && again["new_samples"] as? Int == 0)
    // Of two counts at one time the higher stays: that is no duplicate.
    let higher = Self.upload.replacing(",212,800\n", with: ",212,801\n")
    let changed = try client.send("POST", "/telemetry", token, csv, higher).json()
    #expect(changed["duplicate"] as? Bool == false && changed["new_samples"] as? Int == 0)
    let lower = try client.send("POST", "/telemetry", token, csv, Self.upload).json()
    #expect(lower["duplicate"] as? Bool == true)
    let bad = csv.merging(["Idempotency-Key": "a b"]) { $1 }
    #expect(try client.send("POST", "/telemetry", token, bad, Self.upload).status == 400)
  }

  @Test("tokens: missing, mistyped, revoked, expired, too narrow")
  func tokens() throws {
    let client = try FleetClient()
    let missing = try client.get("/hosts", nil)
    #expect(missing.status == 401)
    #expect(missing.fields["www-authenticate"] == #"Bearer realm="fixlevel""#)
    let read = try client.token(.read)
    #expect(try client.get("/hosts", read).status == 200)
    #expect(try client.get("/hosts", read + "x").status == 401)
    // Who may not ask isn't told what was wrong with the question.
    #expect(try client.get("/hosts?limit=0", read + "x").status == 401)
    #expect(try client.get("/hosts", String(read.dropLast()) + "!").status == 401)
    #expect(try client.send("POST", "/telemetry", read, csv, Self.upload).status == 403)
    #expect(try client.send("PUT", "/hosts/A", read, [:], "{}").status == 403)
    #expect(try client.get("/hosts", try client.token(.upload)).status == 403)
    #expect(try client.get("/hosts", try client.token(.admin)).status == 200)

    let expires = Timestamp(milliseconds: client.now.milliseconds + 10_000)
    let short = try client.token(.read, expires: expires)
    #expect(try client.get("/hosts", short).status == 200)
    client.wait(seconds: 10)
    #expect(try client.get("/hosts", short).status == 401)

    let id = try #require(try client.database.tokens().first { $0.hash == TokenText(read)?.hash })
      .id
    try client.desk.flush()
    #expect(try client.database.tokens().first { $0.id == id }?.lastUsed != nil)
    #expect(try client.database.revokeToken(id, at: client.now))
    try client.desk.reload()
    #expect(try client.get("/hosts", read).status == 401)
  }

  @Test("another tenant's host is 404 everywhere")
  func tenants() throws {
    let client = try FleetClient()
    let upload = try client.token(.upload)
    #expect(try client.send("POST", "/telemetry", upload, csv, Self.upload).status == 200)
    let other = try client.token(.read, tenant: "other")
    for target in ["/hosts/PLC-07", "/hosts/PLC-07/diagnosis", "/hosts/PLC-07/series"] {
      #expect(try client.get(target, other).status == 404, "\(target)")
    }
    #expect(try client.get("/fleet", other).json()["hosts"] as? Int == 0)
  }

  @Test("who asks too often, sends too much or has too much waits")
  func limits() throws {
    var limits = FleetLimits()
    limits.hostsPerTenant = 1
    let client = try FleetClient(
      requests: RateLimit(perSecond: 1, burst: 3), bytes: RateLimit(perSecond: 10, burst: 1_000),
      limits: limits)
    let read = try client.token(.read)
    for _ in 0..<3 { #expect(try client.get("/hosts", read).status == 200) }
    let refused = try client.get("/hosts", read)
    #expect(refused.status == 429 && refused.fields["retry-after"] == "1")
    client.wait(seconds: 1)
    #expect(try client.get("/hosts", read).status == 200)

    let upload = try client.token(.upload)
    let small = Self.leak(minutes: 0..<20)
    #expect(try client.send("POST", "/telemetry", upload, csv, small).status == 200)
    let more = try client.send("POST", "/telemetry", upload, csv, small)
    #expect(more.status == 429 && more.fields["retry-after"] != nil)
    client.wait(seconds: 200)
    let another = try client.send(
      "POST", "/telemetry", upload, csv, Self.leak("OTHER", minutes: 0..<2))
    #expect(another.status == 429 && another.fields["retry-after"] == "3600")
  }

  @Test(
    "bad requests",
    arguments: [
      "/hosts?limit=0", "/hosts?limit=-1", "/hosts?limit=9223372036854775808", "/hosts?cursor=x",
      "/hosts?finding=none", "/hosts?verdict=", "/hosts/PLC-07/series?from=yesterday",
      "/hosts/PLC-07/series?step=0", "/hosts/PLC-07/series?limit=0",
      "/hosts/PLC-07/series?limit=200001", "/hosts/PLC-07/series?cursor=1",
      "/hosts/PLC-07/series?to=9999-99-99",
    ])
  func bad(target: String) throws {
    let client = try FleetClient()
    #expect(try client.get(target, try client.token(.read)).status == 400)
  }

  @Test("an upload without a host's name needs one in the query")
  func hostName() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let body = "timestamp,process,handles\n1999-03-01T00:00:00Z,EXTRA,5\n"
    #expect(try client.send("POST", "/telemetry", token, csv, body).status == 400)
    #expect(try client.send("POST", "/telemetry?host=A", token, csv, body).status == 200)
    #expect(try client.database.host("A", of: "t") != nil)
  }

  @Test(
    "declarations that are none",
    arguments: [
      "", "[]", #"{"service_pack":"SP3"}"#, #"{"product":"Word"}"#, #"{"level":"SP3"}"#,
      #"{"product":"windows-nt-server-4.0","service_pack":"SP9"}"#,
    ])
  func declarations(body: String) throws {
    let client = try FleetClient()
    let answer = try client.send("PUT", "/hosts/A", try client.token(.admin), [:], body)
    #expect((400...499).contains(answer.status), "\(answer.status)")
    #expect(try client.database.host("A", of: "t") == nil)
  }

  @Test("what a host is may come before its counts, and names it as they would")
  func describedAlone() throws {
    let client = try FleetClient()
    let token = try client.token(.admin)
    let info = #"fixlevel_host_info{product="windows-nt-server-4.0",service_pack="SP3"} 1"# + "\n"
    let stored = try client.send("POST", "/import/prometheus?host=PLC-07", token, [:], info)
    #expect(try stored.json()["accepted_samples"] as? Int == 0)
    #expect(try stored.json()["duplicate"] as? Bool == false)
    let host = try client.get("/hosts/PLC-07", token).json()
    #expect(host["service_pack"] as? String == "SP3" && host["source"] as? String == "reported")
    #expect(host["last_sample"] == nil)
    let diagnosis = try client.get("/hosts/PLC-07/diagnosis", token).json()
    #expect(diagnosis["finding"] as? String == "insufficient_data")
    #expect(diagnosis["verdict"] as? String == "affected")
    let leaking = try client.get("/hosts?finding=leaking", token).json()
    #expect((leaking["items"] as? [Any])?.isEmpty == true)
  }

  @Test("a diagnosis that is current is read and not made: no sample is looked at")
  func currentDiagnosis() throws {
    let reads = Reads()
    let client = try FleetClient(store: { CountingStore(store: $0, reads: reads) })
    let token = try client.token(.admin)
    _ = try client.send("POST", "/telemetry", token, csv, Self.upload)
    let first = try client.get("/hosts/PLC-07/diagnosis", token)
    #expect(first.status == 200 && reads.ofSamples.load(ordering: .relaxed) == 1)
    for _ in 0..<3 {
      #expect(try client.get("/hosts/PLC-07/diagnosis", token).body == first.body)
    }
    #expect(reads.ofSamples.load(ordering: .relaxed) == 1)
    _ = try client.send("POST", "/telemetry", token, csv, Self.leak(minutes: 4_320..<4_400))
    #expect(try client.get("/hosts/PLC-07/diagnosis", token).body != first.body)
    #expect(reads.ofSamples.load(ordering: .relaxed) == 2)
  }

  @Test("what keeps the data answers something that can't be used: 502, and the log says what")
  func badAnswer() throws {
    let reads = Reads()
    let reported = Mutex<[String]>([])
    let client = try FleetClient(
      store: { CountingStore(store: $0, reads: reads) },
      report: { error in reported.withLock { $0.append("\(error)") } })
    let token = try client.token(.read)
    reads.failure.withLock {
      $0 = StorageError(
        .badAnswer, "query", path: "http://engine", reason: "the answer is not JSON",
        hint: "check --series-url")
    }
    let answer = try client.get("/hosts", token)
    #expect(answer.status == 502)
    #expect(answer.fields["content-type"] == "application/problem+json")
    #expect(try answer.json()["title"] as? String == "Bad Gateway")
    #expect(reported.withLock { $0 }.count == 1)
    #expect(reported.withLock { $0 }.first?.contains("check --series-url") == true)
    #expect(!answer.text.contains("http://engine"))
  }

  @Test("answers carry a validator and are private")
  func validators() throws {
    let client = try FleetClient()
    let token = try client.token(.read)
    let first = try client.get("/fleet", token)
    #expect(first.fields["cache-control"] == "private, no-cache")
    let tag = try #require(first.fields["etag"])
    #expect(try client.get("/fleet", token, ["If-None-Match": tag]).status == 304)
  }

  @Test("hosts that changed are diagnosed behind the uploads")
  func keeper() throws {
    let client = try FleetClient()
    _ = try client.send("POST", "/telemetry", try client.token(.upload), csv, Self.upload)
    let keeper = try FleetKeeper(
      store: client.database, desk: client.desk, knowledgeBase: client.knowledgeBase,
      policy: RetentionPolicy(), report: { Issue.record($0) })
    try keeper.diagnoseChanged()
    keeper.stop()
    let host = try #require(try client.database.host("PLC-07", of: "t"))
    #expect(host.isAssessed && host.outcome?.finding == .leaking)
  }
}
