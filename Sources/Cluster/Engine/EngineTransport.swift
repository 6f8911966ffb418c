import Foundation
import FoundationNetworking
import Synchronization

/// HTTP to the engine: libcurl behind URLSession, with connections that are kept, a byte limit that
/// counts while an answer arrives, and a time limit for the whole of it.
///
/// libcurl reads on a thread of its own, so that what was read when the limit is noticed can be some
/// times the limit; it is dropped then.
final class EngineTransport: NSObject, Sendable {
  typealias Completion = @Sendable (Result<[UInt8], EngineFailure>) -> Void

  private struct Exchange {
    var task: URLSessionTask
    var status = 0
    var retryAfter: Int?
    var body = Data()
    let done: Completion
  }

  /// Of an answer that says what went wrong.
  private static let reasonBytesMax = 16 << 10

  private let answerBytesMax: Int
  private let timeLimit: Duration
  private let exchanges = Mutex<[Int: Exchange]>([:])
  private let session = Mutex<URLSession?>(nil)
  private let timers = DispatchQueue(label: "engine-deadlines")

  init(_ configuration: ClusterConfiguration) {
    answerBytesMax = configuration.answerBytesMax
    timeLimit = configuration.timeLimit
    super.init()
    let settings = URLSessionConfiguration.ephemeral
    settings.httpMaximumConnectionsPerHost = configuration.connectionsMax
    settings.timeoutIntervalForRequest = Double(configuration.timeLimit.components.seconds)
    settings.httpShouldSetCookies = false
    settings.httpCookieStorage = nil
    settings.urlCache = nil
    settings.urlCredentialStorage = nil
    let session = URLSession(configuration: settings, delegate: self, delegateQueue: nil)
    self.session.withLock { $0 = session }
  }

  /// Sends a request.
  ///
  /// - Parameter done: Called once, on a thread of this object, with the body of a 2xx answer.
  func send(_ request: URLRequest, done: @escaping Completion) {
    guard let session = session.withLock({ $0 }) else {
      return done(.failure(.unreachable("the server is stopping")))
    }
    let task = session.dataTask(with: request)
    let id = task.taskIdentifier
    exchanges.withLock { $0[id] = Exchange(task: task, done: done) }
    timers.asyncAfter(deadline: .now() + timeLimit.dispatchInterval) { [weak self] in
      self?.end(id, .failure(.timedOut))
    }
    task.resume()
  }

  /// Sends a request and waits for the answer.
  func send(_ request: URLRequest) throws(EngineFailure) -> [UInt8] {
    let outcome = Outcome()
    send(request) { outcome.set($0) }
    return try outcome.wait().get()
  }

  /// Gives up what is under way. No other call may come then.
  func stop() {
    let session = session.withLock { $0.take() }
    session?.invalidateAndCancel()
  }

  /// Ends an exchange with its outcome; the first one counts.
  private func end(_ id: Int, _ result: Result<[UInt8], EngineFailure>) {
    guard let exchange = exchanges.withLock({ $0.removeValue(forKey: id) }) else { return }
    if case .failure = result { exchange.task.cancel() }
    exchange.done(result)
  }
}

/// What one thread waits for and another one sets.
private final class Outcome: Sendable {
  private let result = Mutex<Result<[UInt8], EngineFailure>>(.failure(.timedOut))
  private let ready = DispatchSemaphore(value: 0)

  func set(_ value: Result<[UInt8], EngineFailure>) {
    result.withLock { $0 = value }
    ready.signal()
  }

  func wait() -> Result<[UInt8], EngineFailure> {
    ready.wait()
    return result.withLock { $0 }
  }
}

extension Duration {
  fileprivate var dispatchInterval: DispatchTimeInterval {
    .milliseconds(
      Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000))
  }
}

extension EngineTransport: URLSessionDataDelegate {
  /// An answer that sends elsewhere is an answer: nothing is fetched from where nobody said.
  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let http = response as? HTTPURLResponse
    let id = dataTask.taskIdentifier
    exchanges.withLock { exchanges in
      exchanges[id]?.status = http?.statusCode ?? 0
      exchanges[id]?.retryAfter = http?.value(forHTTPHeaderField: "Retry-After")
        .flatMap { Int($0) }
    }
    // libcurl reads ahead of this object: an answer that says its length need not come at all.
    let isTooLarge = response.expectedContentLength > Int64(answerBytesMax)
    completionHandler(isTooLarge ? .cancel : .allow)
    if isTooLarge { end(id, .failure(.tooLarge)) }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let id = dataTask.taskIdentifier
    let isTooLarge = exchanges.withLock { exchanges in
      guard var exchange = exchanges.removeValue(forKey: id) else { return false }
      defer { exchanges[id] = exchange }
      let isAnswer = (200..<300).contains(exchange.status)
      let limit = isAnswer ? answerBytesMax : Self.reasonBytesMax
      let room = limit - exchange.body.count
      exchange.body.append(data.prefix(room))
      return isAnswer && data.count > room
    }
    if isTooLarge { end(id, .failure(.tooLarge)) }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let id = task.taskIdentifier
    let result: Result<[UInt8], EngineFailure>? = exchanges.withLock { exchanges in
      guard let exchange = exchanges[id] else { return nil }
      if let error { return .failure(.unreachable(error.localizedDescription)) }
      if (200..<300).contains(exchange.status) { return .success([UInt8](exchange.body)) }
      return .failure(
        .status(
          exchange.status, reason: EngineReason.text([UInt8](exchange.body)),
          retryAfter: exchange.retryAfter
        ))
    }
    if let result { end(id, result) }
  }
}
