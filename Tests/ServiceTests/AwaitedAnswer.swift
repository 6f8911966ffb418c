import Foundation
import HTTPTypes
import HTTPWire
import Synchronization

/// The answer of something that may give it on another thread.
func awaitAnswer(_ body: (Responder) -> Void) -> Response {
  let given = DispatchSemaphore(value: 0)
  let answer = Mutex(Response(status: .gatewayTimeout))
  body(
    Responder { response in
      answer.withLock { $0 = response }
      given.signal()
    })
  _ = given.wait(timeout: .now() + .seconds(60))
  return answer.withLock { $0 }
}

extension Work {
  /// Does the work and waits for its answer.
  func answer() -> Response { awaitAnswer { run(answering: $0) } }
}
