@testable import Compression

/// Any bytes as a snappy block, within the limit; and what was compressed comes back.
func fuzzSnappy(_ bytes: [UInt8]) {
  for limit in [100, 1 << 20] {
    if let output = try? Snappy.decompressed(bytes, limit: limit) {
      require(output.count <= limit, "\(output.count) bytes")
    }
  }
  let compressed = Snappy.compressed(bytes)
  require((try? Snappy.decompressed(compressed, limit: 1 << 20)) == bytes, "it does not come back")
  if !compressed.isEmpty {
    require((try? Snappy.decompressed(Array(compressed.dropLast()), limit: 1 << 20)) == nil, "cut")
  }
}
