import HTTPClient

/// HTTP to the engine: answers other than 2xx are failures, which say what the engine says of them.
final class EngineTransport: Sendable {
  typealias Completion = @Sendable (Result<[UInt8], EngineFailure>) -> Void

  private let client: HTTPClient

  init(_ configuration: ClusterConfiguration) {
    client = HTTPClient(
      ClientLimits(
        time: configuration.timeLimit, connections: configuration.connectionsMax,
        answerBytes: configuration.answerBytesMax,
        bytesTogether: configuration.answersBytesMax))
  }

  /// Sends a request.
  ///
  /// - Parameter done: Called once, on the client's thread, with the body of a 2xx answer.
  func send(_ request: ClientRequest, done: @escaping Completion) {
    client.send(request) { result in
      done(result.mapError(EngineFailure.init).flatMap(Self.body))
    }
  }

  /// Sends a request and waits for the answer.
  func send(_ request: ClientRequest) throws(EngineFailure) -> [UInt8] {
    let answer: ClientAnswer
    do throws(ClientFailure) {
      answer = try client.send(request)
    } catch {
      throw EngineFailure(error)
    }
    return try Self.body(answer).get()
  }

  /// Gives up what is under way.
  func stop() { client.stop() }

  private static func body(_ answer: ClientAnswer) -> Result<[UInt8], EngineFailure> {
    if answer.isSuccess { return .success(answer.body) }
    return .failure(
      .status(
        answer.status, reason: EngineReason.text(answer.body), retryAfter: answer.retryAfter))
  }
}

extension EngineFailure {
  fileprivate init(_ failure: ClientFailure) {
    self =
      switch failure {
      case .unsendable: .malformed("the request can't be sent there")
      case .unreachable(let reason): .unreachable(reason)
      case .timedOut: .timedOut
      case .tooLarge: .tooLarge
      case .noRoom: .noRoom
      case .undecodable: .malformed("the answer is not compressed as it says")
      case .stopped: .unreachable("the server is stopping")
      }
  }
}
