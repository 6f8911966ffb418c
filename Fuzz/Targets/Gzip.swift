@testable import Compression

/// gzip: never more than the limit, and what was compressed comes back.
func fuzzGzip(_ bytes: [UInt8]) {
  for limit in [0, 100, 1 << 20] {
    if let output = try? Gzip.decompressed(bytes, limit: limit) { require(output.count <= limit) }
  }
  let original = [UInt8](repeating: 32, count: 64) + bytes + bytes
  guard var compressed = Gzip.compressed(original) else { return }
  require(compressed.count < original.count)
  require((try? Gzip.decompressed(compressed, limit: original.count)) == original)
  require((try? Gzip.decompressed(compressed, limit: original.count - 1)) == nil)
  require((try? Gzip.decompressed(compressed + compressed, limit: 1 << 20)) == original + original)
  require((try? Gzip.decompressed(compressed + [0x1F], limit: 1 << 20)) == nil, "a byte behind it")
  var random = Seeded(bytes)
  let cut = Int.random(in: 0..<compressed.count, using: &random)
  require(
    (try? Gzip.decompressed(Array(compressed[..<cut]), limit: 1 << 20)) == nil, "cut at \(cut)")
  for _ in 0..<3 {
    let at = Int.random(in: 0..<compressed.count, using: &random)
    compressed[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }
  if let output = try? Gzip.decompressed(compressed, limit: 5_000) {
    require(output.count <= 5_000)
  }
}
