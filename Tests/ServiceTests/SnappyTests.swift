import CSnappy
import Testing

@testable import Service

@Suite("Snappy's block format")
struct SnappyTests {
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var length = snappy_max_compressed_length(bytes.count)
    var block = [CChar](repeating: 0, count: length)
    bytes.withUnsafeBytes { bytes in
      _ = snappy_compress(
        bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, &block, &length)
    }
    return block.prefix(length).map { UInt8(bitPattern: $0) }
  }

  @Test("what was compressed comes back", arguments: [0, 1, 60, 10_000, 1_000_000])
  func wayBack(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    #expect(try Snappy.decompressed(Self.compressed(bytes), limit: 1 << 20) == bytes)
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
    let block = Self.compressed([UInt8](repeating: 7, count: 5_000))
    #expect(try Snappy.decompressed(block, limit: 5_000).count == 5_000)
    #expect(throws: DecompressionError.self) { try Snappy.decompressed(block, limit: 4_999) }
  }

  @Test(
    "bytes that are no block",
    arguments: [
      [], [0x05], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [0x02, 0x00, 0x61],
      [0x01, 0x00, 0x61, 0x62], compressed([1, 2, 3]) + [0], compressed(Array(0..<99)).dropLast(),
      [0x04, 0x01, 0x01],
    ] as [[UInt8]])
  func malformed(block: [UInt8]) {
    #expect { try Snappy.decompressed(block, limit: 1 << 20) } throws: {
      if case .malformed? = $0 as? DecompressionError { true } else { false }
    }
  }
}
