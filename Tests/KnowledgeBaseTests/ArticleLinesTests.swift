import Bytes
import Testing

@testable import KnowledgeBase

@Suite("The lines of an article")
struct ArticleLinesTests {
  /// Bytes of which many are the ones that mean something.
  private static func bytes(
    _ count: Int, using random: inout TestRandom
  ) -> [UInt8] {
    let special: [UInt8] = [0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x1F, 0x20, 0x7F, 0x51]
    return (0..<count).map { _ in
      if Int.random(in: 0..<8, using: &random) == 0,
        let byte = special.randomElement(using: &random)
      {
        return byte
      }
      return UInt8.random(in: 0x20...0x7E, using: &random)
    }
  }

  @Test("every byte of ASCII is in its line, whatever stands around it", arguments: 0..<200)
  func bytes(count: Int) {
    var random = TestRandom()
    let input = Self.bytes(count, using: &random)
    var expected: [[UInt8]] = [[]]
    for (index, byte) in input.enumerated() {
      switch byte {
      case 0x0D: expected.append([])
      case 0x0A: if index == 0 || input[index - 1] != 0x0D { expected.append([]) }
      case 0x00, 0x0C: expected[expected.count - 1].append(0x20)
      default: expected[expected.count - 1].append(byte)
      }
    }
    if expected.last == [] { expected.removeLast() }
    for index in expected.indices {
      while let last = expected[index].last, last == 0x20 || last == 0x09 {
        expected[index].removeLast()
      }
    }
    let lines = ArticleLines(input.span)
    #expect(
      lines.ranges.map { Array(lines.bytes[$0]) } == expected, "seed \(random.seed): \(input)")
  }

  @Test("a byte is found where it first stands, and not beyond the range", arguments: 0..<100)
  func firstIndex(count: Int) {
    var random = TestRandom()
    let lines = ArticleLines(Self.bytes(count, using: &random).span)
    for _ in 0..<20 where !lines.bytes.isEmpty {
      let start = Int.random(in: 0...lines.bytes.count, using: &random)
      let range = start..<Int.random(in: start...lines.bytes.count, using: &random)
      for byte: UInt8 in [0x0A, 0x51, 0x7F, 0x80] {
        #expect(
          lines.firstIndex(of: byte, in: range) == lines.bytes[range].firstIndex(of: byte),
          "seed \(random.seed): \(byte) in \(range)")
      }
    }
  }
}

extension TestRandom: RandomNumberGenerator {}
