/// Appends bits to bytes, the highest bit first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  /// Bits that fill no byte yet, in its low end.
  private var pending: UInt64 = 0
  private var pendingBits = 0

  /// Appends the low `count` bits of `value`, whose other bits are 0; at most 56.
  @inline(__always)
  mutating func append(_ value: UInt64, bits count: Int) {
    pending = pending << UInt64(count) | value
    pendingBits += count
    while pendingBits >= 8 {
      pendingBits -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingBits)))
    }
  }

  /// Fills the last byte with zeros.
  mutating func finish() {
    if pendingBits > 0 { append(0, bits: 8 - pendingBits) }
  }

  /// Appends a value with the Rice parameter `k`.
  @inline(__always)
  mutating func appendRice(_ value: UInt64, k: Int) {
    let quotient = value >> UInt64(k)
    if quotient < UInt64(RiceCode.escape) {
      let ones = (1 << (quotient + 1)) as UInt64 - 2
      append(ones, bits: Int(quotient) + 1)
      append(value & ((1 << UInt64(k)) - 1), bits: k)
    } else {
      let length = 64 - value.leadingZeroBitCount
      append((1 << UInt64(RiceCode.escape)) - 1, bits: RiceCode.escape)
      append(UInt64(length - 1), bits: RiceCode.lengthBits)
      if length > 32 { append(value >> 32, bits: length - 32) }
      let low = min(length, 32)
      append(value & ((1 << UInt64(low)) - 1), bits: low)
    }
  }
}

/// Reads what `BitWriter` wrote; past the end it reads zeros and says so.
struct BitReader {
  private let bytes: [UInt8]
  private let end: Int
  private var position = 0
  /// The next bits, from the highest on.
  private var window: UInt64 = 0
  private var windowBits = 0

  /// Reads the first `count` of the bytes.
  init(_ bytes: [UInt8], count: Int) {
    self.bytes = bytes
    end = min(count, bytes.count)
  }

  /// Whether more bits were read than there are.
  private(set) var isExhausted = false

  /// At most 56 bits.
  @inline(__always)
  mutating func read(bits count: Int) -> UInt64 {
    fill()
    if count == 0 { return 0 }
    let value = window >> UInt64(64 - count)
    skip(count)
    return value
  }

  @inline(__always)
  mutating func readRice(k: Int) -> UInt64 {
    fill()
    let ones = (~window).leadingZeroBitCount
    if ones < RiceCode.escape {
      skip(ones + 1)
      return UInt64(ones) << UInt64(k) | read(bits: k)
    }
    skip(RiceCode.escape)
    let length = Int(read(bits: RiceCode.lengthBits)) + 1
    let high = length > 32 ? read(bits: length - 32) : 0
    return high << 32 | read(bits: min(length, 32))
  }

  @inline(__always)
  private mutating func fill() {
    while windowBits <= 56, position < end {
      window |= UInt64(bytes[position]) << UInt64(56 - windowBits)
      windowBits += 8
      position += 1
    }
  }

  @inline(__always)
  private mutating func skip(_ count: Int) {
    window <<= UInt64(count)
    windowBits -= count
    if windowBits < 0 {
      isExhausted = true
      windowBits = 0
    }
  }
}

/// Rice codes: the value shifted right by `k` as that many ones and a zero, then its `k` low bits.
///
/// A quotient of `escape` or more is written as that many ones, then the value's length less one
/// and its bits.
enum RiceCode {
  static let escape = 16
  static let lengthBits = 6
  static let kMax = 40

  /// The parameter that makes the values shortest, nearly: values of one length in bits count as
  /// one and a half times the smallest of them.
  static func parameter(for values: [UInt64]) -> Int {
    var counts = [Int](repeating: 0, count: 65)
    for value in values { counts[64 - value.leadingZeroBitCount] += 1 }
    let lengths = counts.indices.filter { counts[$0] > 0 }
    var best = (k: 0, bits: Int.max)
    for k in 0...min(kMax, lengths.last ?? 0) {
      let bits = lengths.reduce(0) { $0 + counts[$1] * cost(ofLength: $1, k: k) }
      if bits < best.bits { best = (k, bits) }
    }
    return best.k
  }

  private static func cost(ofLength length: Int, k: Int) -> Int {
    guard length > k else { return 1 + k }
    let shift = length - 1 - k
    let quotient = shift < 4 ? (3 << shift) / 2 : escape
    return quotient < escape ? quotient + 1 + k : escape + lengthBits + length
  }
}
