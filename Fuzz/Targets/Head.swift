import HTTPTypes

@testable import HTTPWire

/// A request's head: however it is cut, it has one meaning, and that is the one a plain reading of
/// its lines gives.
func fuzzHead(_ bytes: [UInt8]) {
  var small = Limits()
  small.requestLineBytes = 40
  small.fieldsBytes = 120
  small.fieldsCount = 4
  for limits in [Limits(), small] {
    let whole = parse(bytes, endingAt: [bytes.count], limits)
    for ends in waysToCut(bytes) {
      let cut = parse(bytes, endingAt: ends, limits)
      require(cut == whole, "\(cut) in pieces, \(whole) as a whole")
    }
    switch whole {
    case .needsMore:
      require(
        bytes.count <= limits.requestLineBytes + limits.fieldsBytes + 4, "a head without an end")
    case .refused(let refusal):
      require([400, 414, 417, 431, 501, 505].contains(refusal.status.code), "\(refusal)")
    case .complete(let length, let facts):
      require(facts.fields.count <= limits.fieldsCount)
      facts.check(Array(bytes.prefix(length)))
    }
  }
}

private enum Outcome: Equatable {
  case needsMore
  case complete(length: Int, HeadFacts)
  case refused(Refusal)
}

private func parse(_ bytes: [UInt8], endingAt ends: [Int], _ limits: Limits) -> Outcome {
  var parser = HeadParser()
  var head = RequestHead()
  for end in ends {
    switch parser.advance(&head, in: bytes.span.extracting(0..<end), limits: limits) {
    case .needsMore: continue
    case .refused(let refusal): return .refused(refusal)
    case .complete(let length):
      let span = bytes.span.extracting(0..<length)
      if let request = try? Request(head, in: span) {
        require(request.fields.count == head.fields.count)
        checkRequest(request)
      }
      return .complete(length: length, HeadFacts(head, in: span))
    }
  }
  return .needsMore
}

/// All that a head says, by value.
private struct HeadFacts: Equatable {
  var method: RequestHead.Method
  var version: RequestHead.Version
  var form: RequestHead.TargetForm
  var path: [UInt8]
  var query: [UInt8]?
  var fields: [[[UInt8]]]
  var framing: RequestHead.Framing
  var keepAlive: Bool
  var expectsContinue: Bool

  init(_ head: borrowing RequestHead, in bytes: borrowing Span<UInt8>) {
    method = head.method
    version = head.version
    form = head.targetForm
    path = bytes.octets(head.path)
    query = nil
    if let range = head.query { query = bytes.octets(range) }
    fields = []
    for field in head.fields {
      fields.append([bytes.octets(field.name), bytes.octets(field.value)])
    }
    framing = head.framing
    keepAlive = head.keepAlive
    expectsContinue = head.expectsContinue
  }

  /// Reads the accepted head once more, line by line and without care for speed.
  func check(_ head: [UInt8]) {
    var lines = String(decoding: head.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
      .unicodeScalars.split(separator: "\r\n".unicodeScalars, omittingEmptySubsequences: false)
      .map { String($0) }
    if lines.first == "" { lines.removeFirst() }
    require(lines.count >= 3 && lines.suffix(2) == ["", ""], "the head does not end with CRLFCRLF")
    let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    require(words.count == 3 && words[0] == method.httpMethod.rawValue, "\(words)")
    require(words[2].hasPrefix("HTTP/1.") && (words[2] == "HTTP/1.0") == (version == .http10))
    let target = String(decoding: path, as: UTF8.self)
    let query = query.map { "?" + String(decoding: $0, as: UTF8.self) } ?? ""
    require(form == .asterisk ? words[1] == "*" : words[1].hasSuffix(target + query))

    let lineFields = lines[1..<(lines.count - 2)]
    require(lineFields.count == fields.count, "a field is missing")
    var values: [String: [String]] = [:]
    for line in lineFields {
      let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      require(pair.count == 2 && !pair[0].isEmpty && !pair[0].contains { $0 == " " || $0 == "\t" })
      values[pair[0].lowercased(), default: []].append(Self.trimmed(pair[1]).lowercased())
    }
    checkFraming(values)
  }

  private func checkFraming(_ values: [String: [String]]) {
    let hosts = values["host"] ?? []
    require(hosts.count == 1 || (hosts.isEmpty && version == .http10), "\(hosts)")
    let lengths = values["content-length"] ?? []
    switch framing {
    case .chunked:
      require(values["transfer-encoding"] == ["chunked"] && lengths.isEmpty && version == .http11)
    case .length(let length):
      require(values["transfer-encoding"] == nil && length > 0 && !lengths.isEmpty)
      require(lengths.allSatisfy { Int($0) == length && $0.allSatisfy(\.isNumber) })
    case .none:
      require(values["transfer-encoding"] == nil && lengths.allSatisfy { Int($0) == 0 })
    }
    let options = (values["connection"] ?? []).flatMap { $0.split(separator: ",") }
      .map(Self.trimmed)
    let closes = options.contains("close")
    require(
      keepAlive == (!closes && (version == .http11 || options.contains("keep-alive"))),
      "\(options)")
    require(
      expectsContinue
        == (version == .http11 && framing != .none && values["expect"] == ["100-continue"])
        || (values["expect"]?.count ?? 0) > 1)
  }

  private static func trimmed(_ text: Substring) -> String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
