import Bytes
import Foundation
import Testing

@testable import Bytes

@Suite("JSON that is written by hand")
struct JSONTextTests {
  private struct Document: Encodable {
    var counts: [String: Int]
    var isOne: Bool
    var name: String?
    var texts: [String]
  }

  private struct Written: JSONWritable {
    let document: Document

    func write(to json: inout JSONText) {
      json.object { json in
        json.member("counts", document.counts)
        json.key("isOne")
        json.bool(document.isOne)
        json.member("name", document.name)
        json.key("texts")
        json.array(document.texts) { $1.string($0) }
      }
    }
  }

  @Test("it is what JSONEncoder writes")
  func encoder() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let scalars: [Unicode.Scalar] =
      (0...0x7F).map { Unicode.Scalar($0 as UInt8) } + [
        "ä", "漢", "\u{2028}", "😀", "\u{301}", "\u{FFFD}",
      ]
    func text() -> String {
      var text = ""
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
      }
      return text
    }
    for _ in 0..<500 {
      var document = Document(
        counts: [:], isOne: .random(using: &random),
        name: Bool.random(using: &random) ? text() : nil,
        texts: (0..<Int.random(in: 0..<4, using: &random)).map { _ in text() })
      for number in 0..<Int.random(in: 0..<4, using: &random) {
        document.counts["k\(number)"] = Int.random(in: Int.min...Int.max, using: &random)
      }
      var written = JSONText()
      Written(document: document).write(to: &written)
      #expect(written.bytes == Array(try encoder.encode(document)), "seed \(seed)")
    }
  }
}
