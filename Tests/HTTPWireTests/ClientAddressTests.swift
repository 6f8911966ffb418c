import Testing

@testable import HTTPWire

@Suite("Addresses of clients")
struct ClientAddressTests {
  private let v4: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1]

  @Test("a network of IPv6 is one client, each address of IPv4 too")
  func prefixes() {
    var other = v4
    other[15] = 2
    #expect(ClientAddress(octets: v4).prefix != ClientAddress(octets: other).prefix)
    var (near, far) = (v4, v4)
    (near[0], far[0], far[7]) = (0x20, 0x20, 1)
    var neighbour = near
    neighbour[8] = 9
    #expect(ClientAddress(octets: near).prefix == ClientAddress(octets: neighbour).prefix)
    #expect(ClientAddress(octets: near) != ClientAddress(octets: neighbour))
    #expect(ClientAddress(octets: near).prefix != ClientAddress(octets: far).prefix)
  }

  @Test("any number of octets makes an address")
  func octets() {
    #expect(ClientAddress(octets: []) == .unknown)
    #expect(ClientAddress(octets: v4 + v4) == ClientAddress(octets: v4))
  }

  @Test("an address is written as people know it")
  func text() {
    #expect("\(ClientAddress(octets: v4))" == "192.0.2.1")
    #expect("\(ClientAddress(octets: [0x20, 0x01, 0x0D, 0xB8]))" == "2001:db8:0:0:0:0:0:0")
    #expect("\(ClientAddress.unknown)" == "0:0:0:0:0:0:0:0")
  }
}
