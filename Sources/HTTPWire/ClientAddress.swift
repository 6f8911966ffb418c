/// Where a connection comes from, for limits on what one client may do.
public struct ClientAddress: Hashable, Sendable {
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

  private init(network: UInt64, host: UInt64) {
    self.network = network
    self.host = host
  }
}
