@testable import Bytes
@testable import HTTPWire

/// Percent coding: what comes out is what a plain reading gives, and coding it again and decoding
/// that changes nothing.
func fuzzPercent(_ bytes: [UInt8]) {
  for context in [PercentCoding.Context.pathSegment, .query] {
    guard let text = decoded(bytes, as: context) else { continue }
    let octets = Array(text.utf8)
    require(octets == plainlyDecoded(bytes, plusIsSpace: context == .query))
    require(octets.count <= bytes.count)
    // Neither a control octet nor a slash gets here as it is: the head and the path are cut first.
    if bytes.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "/") }) {
      require(decoded(Array(percentCoded(text).utf8), as: context) == text, text)
    }
    if !octets.contains(UInt8(ascii: "%")),
      context == .pathSegment || !octets.contains(UInt8(ascii: "+"))
    {
      require(decoded(octets, as: context) == text, "decoding is not idempotent")
    }
  }
  // What stands around the range is not looked at.
  let framed = Array("%4".utf8) + bytes + Array("41".utf8)
  let inside = try? PercentCoding.decode(
    2..<(2 + bytes.count), in: framed.span, as: .query)
  require(inside == decoded(bytes, as: .query), "the text depends on what stands around it")
}

private func decoded(_ bytes: [UInt8], as context: PercentCoding.Context) -> String? {
  try? PercentCoding.decode(0..<bytes.count, in: bytes.span, as: context)
}

private func plainlyDecoded(_ bytes: [UInt8], plusIsSpace: Bool) -> [UInt8]? {
  var octets: [UInt8] = []
  var rest = bytes[...]
  while let octet = rest.popFirst() {
    if octet == UInt8(ascii: "%") {
      guard rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      octets.append(value)
      rest = rest.dropFirst(2)
    } else {
      octets.append(plusIsSpace && octet == UInt8(ascii: "+") ? 32 : octet)
    }
  }
  return octets
}
