/// Where a connection comes from, for limits on what one client may do.
public struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
  /// The upper and the lower half of an IPv6 address.
  private let network: UInt64
  private let host: UInt64

  /// Where requests come from that no connection brought.
  public static let unknown = ClientAddress(octets: [])

  /// - Parameter octets: 16, in the order of the network; an IPv4 address is mapped
  ///   (RFC 4291 §2.5.5.2). What is missing is 0.
  public init(octets: some Sequence<UInt8>) {
    var halves: (UInt64, UInt64) = (0, 0)
    for (index, octet) in octets.prefix(16).enumerated() {
      let part = UInt64(octet) << UInt64(56 - 8 * (index % 8))
      if index < 8 { halves.0 |= part } else { halves.1 |= part }
    }
    (network, host) = halves
  }

  /// The address without what a client chooses itself: the last 64 bits of IPv6.
  public var prefix: ClientAddress {
    network == 0 ? self : ClientAddress(network: network, host: 0)
  }

  /// `192.0.2.1`, or the eight groups of an IPv6 address, which are not shortened.
  public var description: String {
    if network == 0, host >> 32 == 0xFFFF {
      return (0..<4).map { String(host >> UInt64(24 - 8 * $0) & 0xFF) }.joined(separator: ".")
    }
    return (0..<8).map { group in
      let half = group < 4 ? network : host
      return String(half >> UInt64(48 - 16 * (group % 4)) & 0xFFFF, radix: 16)
    }.joined(separator: ":")
  }

  private init(network: UInt64, host: UInt64) {
    self.network = network
    self.host = host
  }
}
