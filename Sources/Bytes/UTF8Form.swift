/// Scalars as UTF-8, those included that UTF-8 forbids.
public enum UTF8Form {
  /// Appends the UTF-8 form of `scalar`, also where it is a surrogate.
  public static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    func tail(_ shift: UInt32) {
      text.append(UInt8(truncatingIfNeeded: scalar >> shift & 0x3F | 0x80))
    }
    switch scalar {
    case ..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800: text.append(UInt8(truncatingIfNeeded: scalar >> 6 | 0xC0))
    case ..<0x10000: text.append(UInt8(truncatingIfNeeded: scalar >> 12 | 0xE0))
    default: text.append(UInt8(truncatingIfNeeded: scalar >> 18 | 0xF0))
    }
    if scalar >= 0x10000 { tail(12) }
    if scalar >= 0x800 { tail(6) }
    if scalar >= 0x80 { tail(0) }
  }
}
