import HTTPTypes

@testable import HTTPWire

/// A chunked body: the same data however it is cut, and the data that a plain reading gives.
func fuzzChunked(_ bytes: [UInt8]) {
  var small = Limits()
  small.bodyBytes = 48
  small.chunkExtensionBytes = 8
  small.chunkOverheadBytes = 24
  small.trailerBytes = 16
  for limits in [Limits(), small] {
    let whole = decode(bytes, .chunked, limits, endingAt: [bytes.count])
    for ends in waysToCut(bytes) {
      let cut = decode(bytes, .chunked, limits, endingAt: ends)
      require(cut == whole, "\(cut) in pieces, \(whole) as a whole")
    }
    require(whole.data.count <= limits.bodyBytes)
    if case .end(let consumed) = whole.end {
      let plain = dechunked(bytes)
      require(plain?.data == whole.data && plain?.consumed == consumed, "\(whole), \(plain as Any)")
    }
  }
  // The same bytes as a body of known length: the first of them is the length.
  let length = Int(bytes.first ?? 0)
  let known = decode(
    bytes, length == 0 ? .none : .length(length), Limits(), endingAt: [bytes.count])
  require(known.data == Array(bytes.prefix(length)))
  require((known.end == .end(consumed: length)) == (bytes.count >= length))
}

private struct Decoded: Equatable {
  enum End: Equatable {
    case needsMore
    case end(consumed: Int)
    case refused(Refusal)
  }

  var data: [UInt8] = []
  var end = End.needsMore
}

/// Feeds the decoder as a connection does: what is used up is gone, the rest comes again with more.
private func decode(
  _ bytes: [UInt8], _ framing: RequestHead.Framing, _ limits: Limits, endingAt ends: [Int]
) -> Decoded {
  var decoder = BodyDecoder(framing, limits: limits)
  var result = Decoded()
  var start = 0
  for end in ends {
    feeding: while true {
      switch decoder.next(in: bytes.span.extracting(start..<end)) {
      case .needsMore:
        start = end
        break feeding
      case .part(let range):
        require(range.upperBound <= end - start)
        result.data += bytes[start + range.lowerBound..<start + range.upperBound]
        start += range.upperBound
      case .end(let consumed):
        require(decoder.isComplete && consumed <= end - start)
        result.end = .end(consumed: start + consumed)
        return result
      case .refused(let refusal):
        require([400, 413, 431].contains(refusal.status.code), "\(refusal)")
        result.end = .refused(refusal)
        // How much came before the refusal may depend on the cut; that it came must not.
        result.data = []
        return result
      }
    }
  }
  return result
}

/// The chunked coding read in the plainest way.
private func dechunked(_ bytes: [UInt8]) -> (data: [UInt8], consumed: Int)? {
  var position = 0
  func line() -> [UInt8]? {
    guard let end = bytes[position...].firstIndex(of: 13), end + 1 < bytes.count,
      bytes[end + 1] == 10
    else { return nil }
    defer { position = end + 2 }
    return Array(bytes[position..<end])
  }
  var data: [UInt8] = []
  while let head = line() {
    let digits = head.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }
    guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
      return nil
    }
    if size == 0 {
      while let trailer = line() {
        if trailer.isEmpty { return (data, position) }
      }
      return nil
    }
    guard size <= bytes.count - position else { return nil }
    data += bytes[position..<position + size]
    position += size
    guard line() == [] else { return nil }
  }
  return nil
}
