import CSnappy

/// The block format of snappy, which says its decompressed length first.
public enum Snappy {
  public static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(bytes.count)) {
      buffer, count in
      let output = UnsafeMutableRawBufferPointer(buffer).assumingMemoryBound(to: CChar.self)
      var length = output.count
      let status = withCharacters(bytes) {
        snappy_compress($0, bytes.count, output.baseAddress, &length)
      }
      // It fails only where the output is shorter than the length that it asked for.
      count = status == SNAPPY_OK ? length : 0
    }
  }

  /// The original bytes. Nothing of their length is allocated before the length is known to be
  /// allowed and the whole block to be valid.
  public static func decompressed(
    _ block: [UInt8], limit: Int
  ) throws(DecompressionError) -> [UInt8] {
    let malformed = DecompressionError.malformed("it is not a snappy block")
    let allowed = DecompressionError.bytesMax(of: block.count, limit: limit)
    var length = 0
    let hasLength = withCharacters(block) {
      snappy_uncompressed_length($0, block.count, &length) == SNAPPY_OK
    }
    guard hasLength else { throw malformed }
    guard length <= allowed else { throw .tooLarge }
    let bytes = withCharacters(block) { input -> [UInt8]? in
      guard snappy_validate_compressed_buffer(input, block.count) == SNAPPY_OK else { return nil }
      return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
        let output = UnsafeMutableRawBufferPointer(buffer).assumingMemoryBound(to: CChar.self)
        var written = length
        let status = snappy_uncompress(input, block.count, output.baseAddress, &written)
        count = status == SNAPPY_OK ? written : 0
      }
    }
    guard let bytes, bytes.count == length else { throw malformed }
    return bytes
  }

  private static func withCharacters<Result>(
    _ bytes: [UInt8], _ body: (UnsafePointer<CChar>?) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { body($0.assumingMemoryBound(to: CChar.self).baseAddress) }
  }
}
