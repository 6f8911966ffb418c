import Compression
import Testing

@Suite("Snappy's block format")
struct SnappyTests {
  @Test("what was compressed comes back", arguments: [0, 1, 60, 10_000, 1_000_000])
  func wayBack(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    #expect(try Snappy.decompressed(Snappy.compressed(bytes), limit: 1 << 20) == bytes)
  }

  @Test(
    "a block that says it is huge is refused before anything of that size is made",
    arguments: [
      [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x0A], [0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x0A],
      [0xFF, 0xFF, 0x3F, 0x00, 0x0A],
    ] as [[UInt8]])
  func huge(block: [UInt8]) {
    #expect { try Snappy.decompressed(block, limit: 1 << 20) } throws: {
      if case .tooLarge? = $0 as? DecompressionError { true } else { false }
    }
  }

  @Test("the limit is exact")
  func limit() throws {
    let block = Snappy.compressed([UInt8](repeating: 7, count: 5_000))
    #expect(try Snappy.decompressed(block, limit: 5_000).count == 5_000)
    #expect(throws: DecompressionError.self) { try Snappy.decompressed(block, limit: 4_999) }
  }

  @Test(
    "bytes that are no block",
    arguments: [
      [], [0x05], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0x02, 0x00, 0x61],
      [0x01, 0x00, 0x61, 0x62], Snappy.compressed([1, 2, 3]) + [0],
      Snappy.compressed(Array(0..<99)).dropLast(),
      [0x04, 0x01, 0x01],
    ] as [[UInt8]])
  func malformed(block: [UInt8]) {
    #expect { try Snappy.decompressed(block, limit: 1 << 20) } throws: {
      if case .malformed? = $0 as? DecompressionError { true } else { false }
    }
  }
}
