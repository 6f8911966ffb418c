import Foundation
import HTTPWire
import Synchronization
import System

/// The handle of a reactor's thread for the rest of the server.
final class ReactorThread: Sendable {
  private let thread: NamedThread
  private let mailbox: Mailbox
  private let status: Status

  /// What the thread tells about itself.
  private final class Status: Sendable {
    let started = DispatchSemaphore(value: 0)
    let failure = Mutex<ServerError?>(nil)
    let finishedAll = Atomic<Bool>(false)
  }

  private init(thread: NamedThread, mailbox: Mailbox, status: Status) {
    self.thread = thread
    self.mailbox = mailbox
    self.status = status
  }

  static func start<Handler: RequestHandler>(
    _ number: Int, listener: ListeningSocket, shared: SharedState, subject: String,
    makeHandler: @escaping @Sendable () throws -> Handler
  ) throws(ServerError) -> ReactorThread {
    guard let mailbox = Mailbox() else { throw .system("start", subject, code: errno) }
    let status = Status()
    let thread = NamedThread(name: "reactor-\(number)") {
      do {
        let handler = try makeHandler()
        guard
          let reactor = Reactor(
            handler: handler, listener: listener, mailbox: mailbox, shared: shared)
        else { throw ServerError.system("start", subject, code: errno) }
        status.started.signal()
        status.finishedAll.store(reactor.run(), ordering: .releasing)
      } catch {
        let failure =
          error as? ServerError
          ?? ServerError(operation: "start", subject: subject, reason: "\(error)", hint: nil)
        status.failure.withLock { $0 = failure }
        status.started.signal()
      }
    }
    guard let thread else { throw .system("start", subject, code: EAGAIN) }
    return ReactorThread(thread: thread, mailbox: mailbox, status: status)
  }

  /// Waits until the reactor serves, or says why it does not.
  func awaitStart(subject: String) throws(ServerError) {
    status.started.wait()
    if let failure = status.failure.withLock({ $0 }) { throw failure }
  }

  func drain(until deadline: MonotonicTime) { mailbox.drain(until: deadline) }

  /// True if the reactor has ended and answered all that was in flight.
  func join(until deadline: DispatchTime) -> Bool {
    thread.join(until: deadline) && status.finishedAll.load(ordering: .acquiring)
  }
}
