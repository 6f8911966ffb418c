import HTTPTypes
public import HTTPWire
import Meters

/// A request on its way to its answer, which may come from another thread: when it is there it gets
/// the fields that every answer has, is counted and is written down.
///
/// An exchange whose answer never comes, because its connection broke, is only no longer in flight.
public final class Exchange: Sendable {
  private let start: ContinuousClock.Instant
  private let meter: RouteMeter
  private let handler: HandlerMeter
  private let log: AccessLog?
  private let headers: AnswerHeaders

  /// - Parameters:
  ///   - start: When the head was complete.
  ///   - headers: What every answer to this request has.
  public init(
    since start: ContinuousClock.Instant, _ meter: RouteMeter, of handler: HandlerMeter,
    log: AccessLog?, headers: AnswerHeaders
  ) {
    self.start = start
    self.meter = meter
    self.handler = handler
    self.log = log
    self.headers = headers
    handler.inFlight.add(1)
  }

  deinit { handler.inFlight.add(-1) }

  /// The same reception, with an answer that was finished.
  public func finishing(_ reception: Reception) -> Reception {
    switch reception {
    case .prepared(let answer):
      count(answer.status.code, answer.bodyBytes)
      return reception
    case .respond(let response):
      return .respond(finished(response))
    case .work(let work):
      return .work { [self] in finished(work($0)) }
    case .workOn(let work):
      return .workOn { [self] in finished(work($0, $1)) }
    case .collect(let limit, let work):
      return .collect(limit: limit) { [self] in finished(work($0, $1)) }
    case .collectDeferred(let limit, let work):
      return .collectDeferred(limit: limit) { [self] bytes, cancellation, responder in
        work(bytes, cancellation, Responder { [self] in responder.respond(finished($0)) })
      }
    }
  }

  private func finished(_ response: Response) -> Response {
    var response = response
    headers.add(to: &response)
    count(response.status.code, response.body.count)
    return response
  }

  private func count(_ status: Int, _ bodyBytes: Int) {
    let duration = start.duration(to: .now)
    meter.record(status, duration)
    log?.write(status, bodyBytes, duration)
  }
}

/// The line that a request gets in the access log, if there is one.
public struct AccessLog: Sendable {
  private let record: AccessRecord
  private let writer: @Sendable (AccessRecord) -> Void

  /// - Parameter writer: What is called with the record and its answer.
  public init(record: AccessRecord, writer: @escaping @Sendable (AccessRecord) -> Void) {
    self.record = record
    self.writer = writer
  }

  /// Writes the line of an answer: its status, the bytes of its body, and how long it took.
  public func write(_ status: Int, _ bodyBytes: Int, _ duration: Duration) {
    var record = record
    record.status = status
    record.bodyBytes = bodyBytes
    record.duration = duration
    writer(record)
  }
}
