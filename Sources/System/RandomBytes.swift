import CCrypto

/// Random bytes for secrets, from OpenSSL's generator, which the kernel seeds.
public enum RandomBytes {
  /// `count` bytes; nil if the generator has no seed, which a running system does not see.
  public static func make(_ count: Int) -> [UInt8]? {
    var isMade = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      isMade = RAND_bytes(buffer.baseAddress, CInt(clamping: count)) == 1
      initialized = isMade ? count : 0
    }
    return isMade ? bytes : nil
  }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
public func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
