import Testing

@testable import System

@Suite("SHA-256 and random bytes")
struct SHA256Tests {
  @Test(
    "the examples of FIPS 180-4 and NIST's test vectors",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func vectors(text: String, digest: String) {
    #expect(hexadecimal(SHA256.digest(of: Array(text.utf8))) == digest)
  }

  @Test("a million letters in pieces of every size give the digest of the whole")
  func pieces() {
    for size in [1_000_000, 999_983, 65_536, 127] {
      let hash = SHA256()
      var rest = 1_000_000
      while rest > 0 {
        hash.update([UInt8](repeating: UInt8(ascii: "a"), count: min(size, rest)))
        rest -= min(size, rest)
      }
      #expect(
        hexadecimal(hash.finalize())
          == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
  }

  @Test("random bytes are as many as asked for, and others each time")
  func random() throws {
    #expect(RandomBytes.make(0) == [])
    let first = try #require(RandomBytes.make(32))
    #expect(first.count == 32)
    #expect(RandomBytes.make(32) != first)
  }

  @Test("secrets are equal if all bytes are")
  func comparison() {
    #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
    #expect(isEqualInConstantTime([], []))
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
