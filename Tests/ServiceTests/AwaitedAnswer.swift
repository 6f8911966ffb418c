import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// The answer of something that may give it on another thread.
func awaitAnswer(_ body: (@escaping @Sendable (Response) -> Void) -> Void) -> Response {
  let given = DispatchSemaphore(value: 0)
  let answer = Mutex(Response(status: .gatewayTimeout))
  body { response in
    answer.withLock { $0 = response }
    given.signal()
  }
  _ = given.wait(timeout: .now() + .seconds(600))
  return answer.withLock { $0 }
}

extension Work {
  /// Does the work and waits for its answer.
  func answer() -> Response { awaitAnswer { run(answering: $0) } }
}

/// Waits until a condition holds.
///
/// A machine that is busy with other work may take long, so that this gives up where something hangs.
func eventually(
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) throws {
  let end = ContinuousClock.now + .seconds(600)
  while try !condition() {
    try #require(ContinuousClock.now < end, "it never came", sourceLocation: sourceLocation)
    usleep(10_000)
  }
}
