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

@Suite("A knowledge base that is replaced while it is served")
struct KnowledgeBaseChangeTests {
  @Test("every kind of answer comes from the new one, also where the shortcut was taken")
  func replaced() throws {
    var article = Article.q179827
    article.source = .imported
    let client = try TestClient(articles: [article])
    let targets = [
      "/kb/Q179827", "/api/v1/articles/Q179827", "/kb?q=handle",
      "/api/v1/missing?product=windows-nt-server-4.0&service_pack=SP3", "/v1/vulns/MSKB-Q179827",
    ]
    let before = try targets.map { target in
      let answers = try (0..<3).map { _ in try client.get(target) }
      #expect(answers.allSatisfy { $0.status == 200 && $0.body == answers[0].body })
      return answers[0]
    }
    article.title = "Another title"
    try client.replaceKnowledgeBase(by: [article, TestArchive.leak])
    for (target, old) in zip(targets, before) {
      let tag = try #require(old.fields["etag"])
      let new = try client.get(target, ["If-None-Match": tag])
      #expect(new.status == 200, "\(target)")
      #expect(new.text.contains("Another title"), "\(target)")
    }
    #expect(try client.get("/kb/Q259042").status == 200)
    #expect(client.failures.all.isEmpty)
  }

  @Test("a new one that can't be read is reported, and the one before goes on answering")
  func damaged() throws {
    let client = try TestClient()
    #expect(try client.get("/kb/Q179827").status == 200)
    #expect(try client.get("/kb?q=handle").status == 200)
    try client.damageKnowledgeBase()
    for _ in 0..<3 {
      #expect(try client.get("/kb/Q179827").status == 200)
      #expect(try client.get("/kb?q=leak").status == 200)
    }
    #expect(!client.failures.all.isEmpty)
  }

  @Test("a question over its time is 503 and may be asked again")
  func timeLimit() throws {
    let client = try TestClient(
      articles: [.q179827] + TestArchive.articles, timeLimit: .nanoseconds(1))
    let answer = try client.get("/api/v1/articles?q=okapi")
    #expect(answer.status == 503)
    #expect(answer.fields["retry-after"] == "1")
    #expect(answer.fields["content-type"] == "application/problem+json")
    #expect(client.failures.all.isEmpty)
  }
}
