import HTTPTypes
import Meters

// Answers: what goes into the output buffer, and whether the connection goes on after it.
extension ConnectionMachine {
  mutating func answer(_ response: Response, at time: TimeReading) {
    guard let option = beginAnswer(closing: response.closesConnection) else { return }
    ResponseEncoder.appendHead(of: response, to: &output.storage)
    ResponseEncoder.appendHeadEnd(option, date: time.date, id: head.id, to: &output.storage)
    if head.method != .head, ResponseEncoder.allowsBody(response.status) {
      output.storage.append(contentsOf: response.body)
    }
    endAnswer(option)
  }

  mutating func answer(_ prepared: PreparedResponse, at time: TimeReading) {
    guard let option = beginAnswer(closing: prepared.closesConnection) else { return }
    output.storage.append(contentsOf: prepared.head)
    ResponseEncoder.appendHeadEnd(option, date: time.date, id: head.id, to: &output.storage)
    if head.method != .head { output.storage.append(contentsOf: prepared.body) }
    endAnswer(option)
  }

  /// Answers with a refusal and takes nothing more from this connection: where the next request
  /// would begin is not known. A request that has its answer does not get a second one.
  mutating func refuse(_ refusal: Refusal, at time: TimeReading) {
    consumeHead()
    if !isAnswered {
      // A head that isn't complete has no name yet.
      if phase == .head { nameRequest() }
      meter.refused(refusal, to: head)
      let response = refusal.response(to: head.id)
      ResponseEncoder.appendHead(of: response, to: &output.storage)
      ResponseEncoder.appendHeadEnd(.close, date: time.date, id: head.id, to: &output.storage)
      if head.method != .head { output.storage.append(contentsOf: response.body) }
      isAnswered = true
    }
    phase = .closing
    lingersAtClose = true
  }

  /// Decides what becomes of the connection; nil if no answer is owed.
  private mutating func beginAnswer(closing: Bool) -> ResponseEncoder.ConnectionOption? {
    guard phase == .body || phase == .answering, !isAnswered else { return nil }
    consumeHead()
    if phase == .body, !isDiscarding { discardBody() }
    if mustClose || closing || isDraining || !head.keepAlive { return .close }
    return head.version == .http10 ? .keepAlive : .implicit
  }

  private mutating func endAnswer(_ option: ResponseEncoder.ConnectionOption) {
    isAnswered = true
    if option == .close {
      if !body.isComplete || !input.isEmpty { lingersAtClose = true }
      phase = .closing
    } else if phase == .answering {
      beginNextRequest()
    }
  }
}
