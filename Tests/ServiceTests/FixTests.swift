import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("The fix check over HTTP")
struct FixTests {
  let client: TestClient
  private static let path = "/api/v1/articles/Q179827/fix"
  private static let server = "product=windows-nt-server-4.0"

  init() throws { client = try TestClient() }

  @Test(
    "answers by product and level",
    arguments: [
      ("\(server)&service_pack=SP3", "affected"), ("\(server)&service_pack=SP4", "fixed"),
      ("\(server)&service_pack=Service+Pack+3", "affected"),
      ("\(server)&service_pack=", "affected"),
      ("\(server)&service_pack=0x300", "affected"), (server, "unknown"),
      (
        "\(server)&service_pack=Software:%20Windows%20NT%20Version%204.0%20(Build%20Number:%201381)",
        "unknown"
      ),
      ("\(server)&service_pack=SP3&kernel_date=1997-12-05", "fixed"),
      ("\(server)&kernel_version=4.0.1381.133", "fixed"),
      ("product=windows-2000&service_pack=SP4", "not_listed"),
      ("product=&service_pack=SP4", "not_listed"),
      ("product=windows-nt-server-4.0-enterprise&service_pack=SP3", "affected"),
      ("product=windows-nt-server-4.0-terminal-server&service_pack=SP5", "fixed"),
    ])
  func verdicts(query: String, verdict: String) throws {
    let answer = try client.get("\(Self.path)?\(query)")
    #expect(answer.status == 200)
    #expect(answer.fields["etag"] != nil)
    let json = try answer.json()
    #expect(json["verdict"] as? String == verdict)
    #expect(json["article"] as? String == "Q179827")
    #expect(json.keys.contains("fixed_in") && json.keys.contains("service_pack"))
  }

  @Test("without parameters the matrix of all products and levels comes")
  func matrix() throws {
    let items = try #require(try client.get(Self.path).json()["items"] as? [[String: Any]])
    #expect(items.count == 32)
    #expect(Set(items.compactMap { $0["verdict"] as? String }) == ["affected", "fixed"])
  }

  @Test(
    "a question that can't be right is 400 and says why",
    arguments: [
      ("\(server)&service_pack=SP7", "never had the level SP7"),
      ("product=windows-nt-server-4.0-terminal-server&service_pack=SP6a", "SP4, SP5, SP6"),
      ("service_pack=SP3", "product is missing"), ("\(server)&\(server)", "more than once"),
      ("\(server)&kernel_date=yesterday", "1997-12-05"),
      ("\(server)&service_pack=%FF", "UTF-8"), ("product=%zz", "percent"),
    ])
  func refused(query: String, reason: String) throws {
    let answer = try client.get("\(Self.path)?\(query)")
    #expect(answer.status == 400)
    #expect(answer.fields["content-type"] == "application/problem+json")
    #expect((try answer.json()["detail"] as? String)?.contains(reason) == true)
  }

  @Test("products come with names, aliases and their ladders")
  func products() throws {
    let items = try #require(
      try client.get("/api/v1/products").json()["items"] as? [[String: Any]])
    #expect(items.count == ProductCatalogue.builtIn.products.count)
    let server = try #require(items.first { $0["id"] as? String == "windows-nt-server-4.0" })
    #expect((server["aliases"] as? [String])?.contains("NT 4.0 Server") == true)
    let levels = try #require(server["levels"] as? [[String: Any]])
    #expect(
      levels.map { $0["service_pack"] as? String } == [
        "RTM", "SP1", "SP2", "SP3", "SP4", "SP5", "SP6", "SP6a", "SRP",
      ])
  }

  @Test("evidence in another article is a link only where there is that article")
  func linksOfEvidence() throws {
    let page = try client.get("/check?product=windows-nt-server-4.0&service_pack=SP3").text
    #expect(page.contains("<b>Q194834</b>"))
    #expect(page.contains(#"<a href="/kb/Q179827#status">STATUS</a>"#))
  }

  @Test("the page shows the verdict with its evidence, and keeps what was chosen")
  func page() throws {
    let answer = try client.get("/check?article=Q179827&\(Self.server)&service_pack=SP3")
    #expect(answer.status == 200)
    #expect(answer.text.contains("verdict affected"))
    #expect(answer.text.contains("SP4 is the first level with the correction"))
    #expect(answer.text.contains("kbWinNT400sp4fix"))
    #expect(answer.text.contains(#"<option value="SP3" selected>"#))
    #expect(
      try client.get("/check?\(Self.server)&service_pack=unknown").text.contains("cannot tell"))
    #expect(try client.get("/check?\(Self.server)&service_pack=SP9").status == 400)
  }

  @Test("markup in a parameter comes back inert")
  func inert() throws {
    let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22onmouseover=%22x"
    for target in [
      "/check?product=\(evil)&service_pack=SP3", "/check?\(Self.server)&service_pack=\(evil)",
      "/kb/\(evil)", "/kb?q=\(evil)", "/\(evil)",
    ] {
      let text = try client.get(target, ["Accept": "text/html"]).text
      #expect(!text.contains("<script>alert") && !text.contains("\"onmouseover"))
    }
  }
}
