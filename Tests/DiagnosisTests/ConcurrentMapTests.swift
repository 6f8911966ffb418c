import Diagnosis
import Dispatch
import Foundation
import Handles
import KnowledgeBase
import Synchronization
import Testing

/// Work that is lent to threads, and work that nobody waits for any more.
@Suite("Work on several processors")
struct ConcurrentMapTests {
  enum Way: CaseIterable {
    case sequential, backwards, threads

    var map: ConcurrentMap {
      switch self {
      case .sequential: .sequential
      case .backwards: ConcurrentMap { count, body in (0..<count).reversed().forEach(body) }
      case .threads:
        ConcurrentMap { count, body in
          DispatchQueue.concurrentPerform(iterations: count, execute: body)
        }
      }
    }
  }

  @Test("results stand in their order", arguments: Way.allCases)
  func resultsStandInTheirOrder(way: Way) {
    #expect(way.map.map(1_000) { $0 * $0 } == (0..<1_000).map { $0 * $0 })
    #expect(way.map.map(0) { $0 }.isEmpty)
  }

  /// Every kind of series, some of them processes of one program, on two hosts.
  @Test("the answer is the same for all ways", arguments: Way.allCases)
  func theAnswerIsTheSameForAllWays(way: Way) throws {
    let series = Behaviour.allCases.enumerated().map { index, behaviour in
      var generator = TraceGenerator(seed: testSeed &+ UInt64(index))
      return HandleSeries(
        host: index % 2 == 0 ? "PLC-07" : "PLC-08", process: "P\(index / 4)", pid: Int64(index),
        samples: generator.trace(behaviour).samples)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var request = DiagnosisRequest(series: series, format: "csv")
    let expected = try encoder.encode(diagnose(request))
    request.concurrently = way.map
    for _ in 0..<3 {
      #expect(try encoder.encode(diagnose(request)) == expected, "seed \(testSeed)")
    }
  }

  /// Cancelled at whichever moment, there is no answer, and no series is begun any more: each of
  /// those left in the loop asks once.
  @Test("a cancelled diagnosis ends", arguments: Way.allCases)
  func aCancelledDiagnosisEnds(way: Way) throws {
    let asked = Mutex(0)
    let allowed = Mutex(Int.max)
    var request = DiagnosisRequest(
      series: (0..<20).map { Fixture.series(pid: $0, samples: 20, perHour: 0) }, format: "csv")
    request.concurrently = way.map
    request.isCancelled = {
      let count = asked.withLock { count in
        count += 1
        return count
      }
      return count > allowed.withLock { $0 }
    }
    _ = try diagnose(request)
    let all = asked.withLock { $0 }
    #expect(all >= 2 * request.series.count)
    for moment in 0..<all {
      asked.withLock { $0 = 0 }
      allowed.withLock { $0 = moment }
      #expect(throws: DiagnosisError.cancelled, "after \(moment)") { try diagnose(request) }
      #expect(asked.withLock { $0 } <= moment + request.series.count, "after \(moment)")
    }
  }
}
