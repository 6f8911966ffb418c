import Bytes

/// Cuts a protobuf message into its fields, piece by piece.
///
/// Uploads are one message with a list in one field, as long as the body. Its elements are decoded
/// one by one, so that no more than one of them, and not the list, is in memory in decoded form,
/// where an empty element of two bytes takes fifty.
struct ProtobufFields: Sendable {
  private enum State {
    case tag
    /// The number in front of a field's bytes.
    case length(field: UInt64)
    case element(missing: Int)
    case skip(Int)
    case number
  }

  /// The field whose bytes are wanted.
  private let field: UInt64
  private let limits: TelemetryLimits
  private var state = State.tag
  private var varint: UInt64 = 0
  private var shift: UInt64 = 0
  private var collected: [UInt8] = []
  /// The elements that were given.
  private(set) var count = 0

  init(field: UInt64, limits: TelemetryLimits) {
    self.field = field
    self.limits = limits
  }

  /// Whether a message may end here.
  var isComplete: Bool {
    if case .tag = state { shift == 0 } else { false }
  }

  /// The bytes of the next element from `position` on, or nil where the piece ends first.
  mutating func next(
    in bytes: Span<UInt8>, from position: inout Int
  ) throws(TelemetryError) -> [UInt8]? {
    while true {
      switch state {
      case .tag:
        guard let tag = try readVarint(bytes, &position) else { return nil }
        try open(tag)
      case .number:
        guard try readVarint(bytes, &position) != nil else { return nil }
        state = .tag
      case .length(let number):
        guard let length = try readVarint(bytes, &position) else { return nil }
        guard let length = Int(exactly: length) else { throw Self.malformed }
        state = number == field ? .element(missing: try allowed(length)) : .skip(length)
      case .skip(let missing):
        let taken = min(missing, bytes.count - position)
        position += taken
        state = missing == taken ? .tag : .skip(missing - taken)
        if missing > taken { return nil }
      case .element(let missing):
        let taken = min(missing, bytes.count - position)
        collected.append(copying: bytes.extracting(position..<position + taken))
        position += taken
        guard missing == taken else {
          state = .element(missing: missing - taken)
          return nil
        }
        state = .tag
        var element: [UInt8] = []
        swap(&element, &collected)
        return element
      }
    }
  }

  static let malformed = TelemetryError(
    .malformed, "the body is not a protobuf message of this kind",
    hint: "Remote write 1.0 and OTLP metrics are understood.")

  /// The length of an element, if that and one more of them stay within the limits.
  private mutating func allowed(_ length: Int) throws(TelemetryError) -> Int {
    guard length <= limits.protobufBytesMax else {
      throw TelemetryError(
        .tooLarge, "an element of the message has more than \(limits.protobufBytesMax) bytes",
        hint: "Send smaller batches.")
    }
    guard count < limits.protobufElementsMax else {
      throw TelemetryError(
        .tooLarge, "the message has more than \(limits.protobufElementsMax) elements",
        hint: "Send smaller batches.")
    }
    count += 1
    return length
  }

  private mutating func open(_ tag: UInt64) throws(TelemetryError) {
    guard tag >> 3 > 0 else { throw Self.malformed }
    switch tag & 7 {
    case 0: state = .number
    case 1: state = .skip(8)
    case 2: state = .length(field: tag >> 3)
    case 5: state = .skip(4)
    default: throw Self.malformed
    }
  }

  private mutating func readVarint(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) throws(TelemetryError) -> UInt64? {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the 64th bit.
      guard shift < 63 || byte <= 1 else { throw Self.malformed }
      varint |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 {
        defer { (varint, shift) = (0, 0) }
        return varint
      }
    }
    return nil
  }
}
