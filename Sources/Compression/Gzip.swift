import CZlib

/// gzip (RFC 1952) with zlib.
public enum Gzip {
  /// The bytes that it begins with.
  public static let magic: [UInt8] = [0x1F, 0x8B]
  private static let chunkBytes = 64 * 1024
  /// zlib: 15 bits of window, plus 16 for the gzip wrapper.
  private static let gzipWindowBits: CInt = 15 + 16

  /// The compressed bytes; nil where that makes nothing smaller.
  public static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // In this order: what was started is ended.
    guard let inputCount = UInt32(exactly: bytes.count),
      deflateInit2_(
        &stream, 6, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    let output = bytes.withUnsafeBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        stream.next_in = input.baseAddress
        stream.avail_in = inputCount
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: bound)
        count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? bound - Int(stream.avail_out) : 0
      }
    }
    return output.isEmpty || output.count >= bytes.count ? nil : output
  }

  /// The original bytes, of one or several members.
  ///
  /// - Parameters:
  ///   - limit: Bytes at most.
  ///   - isOwn: Whether this program compressed them; `DecompressionError.ratioMax` counts otherwise.
  public static func decompressed(
    _ bytes: [UInt8], limit: Int, isOwn: Bool = false
  ) throws(DecompressionError) -> [UInt8] {
    guard let inputCount = UInt32(exactly: bytes.count) else { throw .tooLarge }
    var stream = z_stream()
    guard
      inflateInit2_(&stream, gzipWindowBits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
        == Z_OK
    else { throw .malformed("zlib could not be started") }
    defer { inflateEnd(&stream) }
    let allowed = isOwn ? limit : DecompressionError.bytesMax(of: bytes.count, limit: limit)

    var output: [UInt8] = []
    var failure: DecompressionError?
    bytes.withUnsafeBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = inputCount
      var chunk = [UInt8](repeating: 0, count: chunkBytes)
      while true {
        let (status, produced) = chunk.withUnsafeMutableBufferPointer { chunk in
          stream.next_out = chunk.baseAddress
          stream.avail_out = UInt32(chunk.count)
          let status = inflate(&stream, Z_NO_FLUSH)
          return (status, chunk.count - Int(stream.avail_out))
        }
        output.append(contentsOf: chunk[..<produced])
        if output.count > allowed {
          failure = .tooLarge
          return
        }
        switch status {
        case Z_STREAM_END:
          if stream.avail_in == 0 { return }
          // RFC 1952 §2.2: members follow each other without anything in between.
          guard inflateReset(&stream) == Z_OK else {
            failure = .malformed("zlib could not be reset")
            return
          }
        case Z_OK where stream.avail_in > 0 || produced == chunk.count:
          continue
        case Z_OK, Z_BUF_ERROR:
          failure = .malformed("the gzip data ends too early")
          return
        default:
          failure = .malformed("the body is not valid gzip")
          return
        }
      }
    }
    if let failure { throw failure }
    return output
  }
}
