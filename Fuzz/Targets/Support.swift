/// A property that every input must have; the fuzzer keeps the input that breaks one.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String = "",
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError("property broken: \(message())", file: file, line: line) }
}

/// Numbers that follow from the input alone (FNV-1a, then SplitMix64): the same input makes the
/// same run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  init(_ bytes: [UInt8]) {
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The ways in which each input is fed besides whole: byte by byte, in two, and in a few pieces.
/// Each is the list of the pieces' ends.
func waysToCut(_ bytes: [UInt8]) -> [[Int]] {
  var random = Seeded(bytes)
  let few = (0..<5).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
  return [Array(1..<max(1, bytes.count)), [few[0]], few].map { $0 + [bytes.count] }
}

/// `bytes` as the pieces that end at `ends`.
func pieces(_ bytes: [UInt8], endingAt ends: [Int]) -> [[UInt8]] {
  var start = 0
  return ends.map { end in
    defer { start = end }
    return Array(bytes[start..<end])
  }
}

/// The bytes with every octet that isn't a letter or a digit percent-coded.
func percentCoded(_ text: String) -> String {
  text.utf8.map { octet in
    let isPlain = (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet & 0xDF)
    if isPlain, octet < 0x80 { return String(UnicodeScalar(octet)) }
    return (octet < 16 ? "%0" : "%") + String(octet, radix: 16, uppercase: true)
  }.joined()
}
