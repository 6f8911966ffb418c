import CSnappy

@testable import Service

/// Any bytes as a snappy block, within the limit; and what was compressed comes back.
func fuzzSnappy(_ bytes: [UInt8]) {
  for limit in [100, 1 << 20] {
    if let output = try? Snappy.decompressed(bytes, limit: limit) {
      require(output.count <= limit, "\(output.count) bytes")
    }
  }
  var length = snappy_max_compressed_length(bytes.count)
  var block = [CChar](repeating: 0, count: length)
  bytes.withUnsafeBytes { bytes in
    let input = bytes.assumingMemoryBound(to: CChar.self).baseAddress
    _ = snappy_compress(input, bytes.count, &block, &length)
  }
  let compressed = block.prefix(length).map { UInt8(bitPattern: $0) }
  require((try? Snappy.decompressed(compressed, limit: 1 << 20)) == bytes, "it does not come back")
  if !compressed.isEmpty {
    require((try? Snappy.decompressed(Array(compressed.dropLast()), limit: 1 << 20)) == nil, "cut")
  }
}
