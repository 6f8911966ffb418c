import CCurl
import Foundation
import Synchronization
import System

/// Requests to other servers by libcurl: connections that are kept, answers that are bounded while they
/// arrive, a time limit for the whole of each.
///
/// One thread drives all transfers through a multi handle. Answers that send elsewhere are answers:
/// nothing is fetched from where nobody said.
public final class HTTPClient: Sendable {
  public typealias Completion = @Sendable (Result<ClientAnswer, ClientFailure>) -> Void

  private struct Waiting {
    let request: ClientRequest
    let deadline: ContinuousClock.Instant
    let done: Completion
  }

  private struct Queue {
    var waiting: [Waiting] = []
    var isStopped = false
  }

  /// Seconds after libcurl could not go on.
  private static let pauseAfterFailure = 0.1

  /// Once for the process, before anything else of libcurl.
  private static let isInitialized = curl_global_init(CLong(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let limits: ClientLimits
  private let isDirect: Bool
  private let queue = Mutex(Queue())
  /// Belongs to the client's thread; others only wake it, which libcurl allows.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer?
  private let thread = Mutex<NamedThread?>(nil)

  /// Starts the thread, which ends at `stop`.
  ///
  /// - Parameter isDirect: Whether the proxy that the environment names is passed by.
  public init(_ limits: ClientLimits, isDirect: Bool = false) {
    self.limits = limits
    self.isDirect = isDirect
    multi = Self.isInitialized ? curl_multi_init() : nil
    let thread = NamedThread(name: "http-client") { [self] in
      if let multi { run(multi) }
    }
    if thread == nil { queue.withLock { $0.isStopped = true } }
    self.thread.withLock { $0 = thread }
  }

  /// Sends a request.
  ///
  /// - Parameter done: Called once, on the client's thread, which it must not hold up.
  public func send(_ request: ClientRequest, done: @escaping Completion) {
    let deadline = ContinuousClock.now + limits.time
    let isQueued = queue.withLock { queue in
      guard !queue.isStopped, multi != nil else { return false }
      queue.waiting.append(Waiting(request: request, deadline: deadline, done: done))
      // Under the lock: `stop` frees the handle.
      curl_multi_wakeup(multi)
      return true
    }
    if !isQueued { done(.failure(.stopped)) }
  }

  /// Sends a request and waits for the answer. Not to be called on the client's thread.
  public func send(_ request: ClientRequest) throws(ClientFailure) -> ClientAnswer {
    let answer = Promise<Result<ClientAnswer, ClientFailure>>()
    send(request) { answer.resolve($0) }
    return try answer.wait().get()
  }

  /// Gives up what is under way and waits until the thread has ended. Not to be called on it.
  public func stop() {
    let isFirst = queue.withLock { queue in
      defer { queue.isStopped = true }
      return !queue.isStopped
    }
    guard isFirst else { return }
    curl_multi_wakeup(multi)
    _ = thread.withLock { $0.take() }?.join()
    curl_multi_cleanup(multi)
  }

  // MARK: The thread

  private func run(_ multi: UnsafeMutableRawPointer) {
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limits.connections)
    let budget = AnswerBudget(bytes: limits.bytesTogether)
    var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    while !queue.withLock({ $0.isStopped }) {
      start(in: multi, &transfers, budget)
      var running: CInt = 0
      var code = curl_multi_perform(multi, &running)
      let hasRoom = finish(in: multi, &transfers)
      if code == CURLM_OK, !hasRoom {
        code = curl_multi_poll(multi, nil, 0, untilNextDeadline, nil)
      }
      guard code == CURLM_OK else {
        // Without its descriptors nothing moves: not at full speed, and for nobody to wait for.
        let reason = String(cString: curl_multi_strerror(code))
        end(all: &transfers, in: multi, .unreachable(reason))
        Thread.sleep(forTimeInterval: Self.pauseAfterFailure)
        continue
      }
    }
    end(all: &transfers, in: multi, .stopped)
    for waiting in queue.withLock({ $0.waiting }) { waiting.done(.failure(.stopped)) }
  }

  private func end(
    all transfers: inout [UnsafeMutableRawPointer: Transfer], in multi: UnsafeMutableRawPointer,
    _ failure: ClientFailure
  ) {
    for transfer in transfers.values {
      curl_multi_remove_handle(multi, transfer.handle)
      transfer.fail(failure)
    }
    transfers = [:]
  }

  /// Begins as many transfers as there are connections for, and gives up what waited too long.
  private func start(
    in multi: UnsafeMutableRawPointer, _ transfers: inout [UnsafeMutableRawPointer: Transfer],
    _ budget: AnswerBudget
  ) {
    let now = ContinuousClock.now
    let room = limits.connections - transfers.count
    let (late, next) = queue.withLock { queue in
      let late = queue.waiting.prefix { $0.deadline <= now }
      queue.waiting.removeFirst(late.count)
      let next = queue.waiting.prefix(room)
      queue.waiting.removeFirst(next.count)
      return (late, next)
    }
    for waiting in late { waiting.done(.failure(.timedOut)) }
    for waiting in next {
      let transfer = Transfer(
        waiting.request, limits, budget, isDirect: isDirect,
        timeLeft: waiting.deadline - now, done: waiting.done)
      guard let transfer, curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        waiting.done(.failure(.unsendable))
        continue
      }
      transfers[transfer.handle] = transfer
    }
  }

  /// Tells of the transfers that have ended.
  ///
  /// - Returns: Whether there was one.
  private func finish(
    in multi: UnsafeMutableRawPointer, _ transfers: inout [UnsafeMutableRawPointer: Transfer]
  ) -> Bool {
    var left: CInt = 0
    var hasEnded = false
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
        continue
      }
      // The message is gone with the handle.
      let code = ccurl_result(message)
      curl_multi_remove_handle(multi, handle)
      transfers.removeValue(forKey: handle)?.finish(code)
      hasEnded = true
    }
    return hasEnded
  }

  /// Milliseconds; the deadlines of transfers are libcurl's own.
  private var untilNextDeadline: CInt {
    let next = queue.withLock { $0.waiting.first?.deadline }
    guard let next else { return 60_000 }
    let left = (next - ContinuousClock.now) / .milliseconds(1)
    return CInt(min(max(1, left.rounded(.up)), 60_000))
  }
}
