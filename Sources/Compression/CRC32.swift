import CZlib

/// CRC-32 as in gzip and PNG (polynomial 0xEDB88320, reflected): tells damaged bytes.
public enum CRC32 {
  /// The checksum of `bytes`.
  public static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    let all = bytes.withContiguousStorageIfAvailable { buffer in
      crc32_z(0, buffer.baseAddress, buffer.count)
    }
    return UInt32(truncatingIfNeeded: all ?? checksum(ofCopy: Array(bytes)))
  }

  private static func checksum(ofCopy bytes: [UInt8]) -> uLong {
    crc32_z(0, bytes, bytes.count)
  }
}
