import Testing

@testable import HTTPWire

/// Random inputs. Each run prints its seed when it fails, and the seed gives the run again.
@Suite("Random requests")
struct WirePropertyTests {
  private static func chunked(_ body: [UInt8], using random: inout Seeded) -> [UInt8] {
    var result: [UInt8] = []
    var rest = body[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...min(rest.count, 700), using: &random))
      rest = rest.dropFirst(part.count)
      var size = String(part.count, radix: 16, uppercase: Bool.random(using: &random))
      if Bool.random(using: &random) { size = "0" + size }
      if Int.random(in: 0..<8, using: &random) == 0 { size += ";n=v" }
      result += Array("\(size)\r\n".utf8) + part + [13, 10]
    }
    return result + Array("0\r\n\r\n".utf8)
  }

  private static func pieces(_ bytes: [UInt8], using random: inout Seeded) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...900, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  @Test("a chunked body comes out as it went in, however it is cut", arguments: UInt64(1)...60)
  func chunked(seed: UInt64) {
    var random = Seeded(seed)
    let body = (0..<Int.random(in: 0...8_000, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    let message = Array(head.utf8) + Self.chunked(body, using: &random)
    let driver = Driver()
    for piece in Self.pieces(message + message, using: &random) { driver.feed(piece) }
    #expect(driver.statuses == [200, 200], "seed \(seed)")
    #expect(driver.answers.map(\.body) == [body, body], "seed \(seed)")
  }

  @Test("a batch of vectors has the same answers however it is cut", arguments: UInt64(1)...20)
  func batches(seed: UInt64) {
    var random = Seeded(seed)
    let kept = Vectors.all.filter { $0.isKept && $0.statuses != [100] && $0.input.count < 2_000 }
    let batch = (0..<20).compactMap { _ in kept.randomElement(using: &random) }
    let driver = Driver()
    let bytes = batch.flatMap(\.bytes)
    for piece in Self.pieces(bytes, using: &random) { driver.feed(piece) }
    #expect(driver.statuses == batch.flatMap(\.statuses), "seed \(seed)")
    #expect(driver.isOpen, "seed \(seed)")
  }

  /// Mutated vectors: no trap, no answer that can't be parsed, and the same outcome in one piece
  /// and in many. The seed of a failure is printed.
  @Test("mutated requests never trap and never depend on how they are cut")
  func mutated() {
    let short = Vectors.all.filter { $0.input.unicodeScalars.count < 600 }
    let alphabet: [UInt8] = Array("\r\n\r\n \t:;,/%?#0123456789aFx\0".utf8) + [0x7F, 0x80, 0xFF]
    for seed in UInt64(1)...1_000 {
      var random = Seeded(seed)
      guard var bytes = short.randomElement(using: &random)?.bytes else { return }
      if let other = short.randomElement(using: &random)?.bytes { bytes += other }
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        let octet = alphabet.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[position] = octet
        case 1: bytes.insert(octet, at: position)
        case 2: bytes.remove(at: position)
        default: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let whole = Driver()
      whole.feed(bytes)
      let cut = Driver()
      for piece in Self.pieces(bytes, using: &random) { cut.feed(piece) }
      whole.end()
      cut.end()
      // An interim answer depends on timing by its nature.
      let expected = Answer.all(in: whole.output, toHead: false).filter { $0.status != 100 }
      let found = Answer.all(in: cut.output, toHead: false).filter { $0.status != 100 }
      #expect(expected == found, "seed \(seed)")
      #expect(whole.isOpen == cut.isOpen, "seed \(seed)")
      if expected != found { return }
    }
  }
}
