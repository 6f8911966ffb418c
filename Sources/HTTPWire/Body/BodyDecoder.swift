/// Takes the framing off a body: says which of the arrived bytes are data. It keeps no data.
struct BodyDecoder: Sendable {
  enum Step {
    /// All bytes are used up and the body is not complete.
    case needsMore
    /// These bytes are data. Everything up to the range's end is used up.
    case part(Range<Int>)
    /// The body ends after that many bytes.
    case end(consumed: Int)
    case refused(Refusal)
  }

  private enum State {
    case length(remaining: Int)
    case chunked(ChunkedDecoder)
  }

  private var state: State
  /// Bytes of data so far.
  private(set) var received = 0
  /// Bytes of data that are accepted; more is refused as soon as it is declared.
  var limit: Int

  init(_ framing: RequestHead.Framing, limits: Limits) {
    limit = limits.bodyBytes
    switch framing {
    case .none: state = .length(remaining: 0)
    case .length(let length): state = .length(remaining: length)
    case .chunked: state = .chunked(ChunkedDecoder(limits: limits))
    }
  }

  /// Whether the body is complete without another byte.
  var isComplete: Bool {
    switch state {
    case .length(let remaining): remaining == 0
    case .chunked(let decoder): decoder.isComplete
    }
  }

  /// Whether what was declared is more than `limit`.
  var exceedsLimit: Bool {
    switch state {
    case .length(let remaining): remaining > limit - received
    case .chunked(let decoder): decoder.remainingInChunk > limit - received
    }
  }

  /// Looks at `bytes`, which begin with the first byte not yet used up.
  mutating func next(in bytes: borrowing Span<UInt8>) -> Step {
    if exceedsLimit { return .refused(.bodyTooLarge) }
    switch state {
    case .length(let remaining):
      if remaining == 0 { return .end(consumed: 0) }
      if bytes.isEmpty { return .needsMore }
      let count = min(remaining, bytes.count)
      state = .length(remaining: remaining - count)
      received += count
      return .part(0..<count)
    case .chunked(var decoder):
      let step = decoder.next(in: bytes, received: received)
      state = .chunked(decoder)
      if case .part(let range) = step {
        if decoder.remainingInChunk + range.count > limit - received {
          return .refused(.bodyTooLarge)
        }
        received += range.count
      } else if exceedsLimit {
        return .refused(.bodyTooLarge)
      }
      return step
    }
  }
}
