import HTTPWire
import Testing

@testable import HTTPServer

struct DeadlineTableTests {
  private func at(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(milliseconds: milliseconds)
  }

  @Test func `slots are due at their time, not before`() {
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

  @Test func `a deadline that moves on costs one look, one that comes nearer is not missed`() {
    var table = DeadlineTable()
    table.set(0, at(100))
    table.set(0, at(500))
    #expect(table.takeDue(at: at(100)).isEmpty)
    #expect(table.nextCheck == at(500))
    table.set(0, at(150))
    #expect(table.takeDue(at: at(150)) == [0])
  }

  @Test func `deadlines close together are met by one look`() {
    var table = DeadlineTable()
    table.set(0, at(100))
    table.set(1, at(101))
    #expect(table.takeDue(at: at(100)) == [0])
    #expect(table.nextCheck == at(125))
  }
}
