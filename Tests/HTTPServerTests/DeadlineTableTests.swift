import HTTPWire
import Testing

@testable import HTTPServer

@Suite("The table of deadlines")
struct DeadlineTableTests {
  private func at(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(milliseconds: milliseconds)
  }

  @Test("slots are due at their time, not before")
  func due() {
    var table = DeadlineTable()
    table.set(3, at(100))
    table.set(1, at(200))
    #expect(table.nextCheck == at(100))
    #expect(table.takeDue(at: at(99)).isEmpty)
    #expect(table.takeDue(at: at(100)) == [3])
    table.set(3, .distantFuture)
    #expect(table.takeDue(at: at(200)) == [1])
    table.set(1, .distantFuture)
    #expect(table.takeDue(at: at(300)).isEmpty)
    #expect(table.nextCheck == .distantFuture)
  }

  @Test("a deadline that moves on costs one look, one that comes nearer is not missed")
  func moved() {
    var table = DeadlineTable()
    table.set(0, at(100))
    table.set(0, at(500))
    #expect(table.takeDue(at: at(100)).isEmpty)
    #expect(table.nextCheck == at(500))
    table.set(0, at(150))
    #expect(table.takeDue(at: at(150)) == [0])
  }

  @Test("deadlines close together are met by one look")
  func together() {
    var table = DeadlineTable()
    table.set(0, at(100))
    table.set(1, at(101))
    #expect(table.takeDue(at: at(100)) == [0])
    #expect(table.nextCheck == at(125))
  }
}
