import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL's libcrypto, of bytes that come in pieces.
public struct SHA256: ~Copyable {
  /// Bytes of a digest.
  public static let byteCount = 32

  /// Nil only where the process has no memory left.
  private let context: OpaquePointer?

  /// The digest of nothing yet.
  public init() {
    context = EVP_MD_CTX_new()
    _ = EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes the next bytes.
  public func update(_ bytes: [UInt8]) {
    _ = EVP_DigestUpdate(context, bytes, bytes.count)
  }

  /// The 32 bytes of the digest of all that was taken.
  public consuming func finalize() -> [UInt8] {
    Self.bytes { EVP_DigestFinal_ex(context, $0, nil) }
  }

  /// The 32 bytes of the digest of `data`.
  public static func digest(of data: [UInt8]) -> [UInt8] {
    bytes { EVP_Digest(data, data.count, $0, nil, EVP_sha256(), nil) }
  }

  private static func bytes(_ write: (UnsafeMutablePointer<UInt8>?) -> CInt) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      count = write(buffer.baseAddress) == 1 ? byteCount : 0
    }
  }
}
