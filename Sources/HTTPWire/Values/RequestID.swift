import Bytes

/// Names one request, so that its answer and the lines of a log about it can be brought together:
/// what the client said in `X-Request-Id`, or a number that no other request of this server has.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  /// Bytes of a name that is taken from a client.
  static let bytesMax = 64

  private let number: UInt64
  /// Letters, digits, `-`, `.` and `_` only.
  private let given: [UInt8]?

  /// The name of a request that no client sent.
  public static let none = RequestID(0)

  init(_ number: UInt64) {
    self.number = number
    given = nil
  }

  init(wellFormed bytes: [UInt8]) {
    number = 0
    given = bytes
  }

  /// Whether a client's name is taken over: anything else could mean something to who reads a log.
  static func isWellFormed(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
    guard (1...bytesMax).contains(range.count) else { return false }
    for offset in range {
      switch bytes[offset] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: continue
      default: return false
      }
    }
    return true
  }

  /// Sixteen hexadecimal digits, or what the client said.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @inline(__always)
  func append(to output: inout [UInt8]) {
    if let given { return output.append(contentsOf: given) }
    var shift: UInt64 = 64
    while shift > 0 {
      shift -= 4
      output.append(Hexadecimal.lowercase[Int(truncatingIfNeeded: (number >> shift) & 15)])
    }
  }
}

/// Makes the names of a reactor's requests, which come again after 2^64 only.
public final class RequestIDs {
  private var numbers: SplitMix64

  /// - Parameter seed: Random, so that two reactors, or two starts, don't give the same names.
  public init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  func next() -> RequestID { RequestID(numbers.next()) }
}
