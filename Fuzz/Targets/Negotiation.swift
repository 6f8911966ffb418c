import HTTPTypes

@testable import Telemetry
@testable import Web

/// Fields of a request that choose an answer: `Accept`, `Accept-Encoding`, `If-None-Match` and
/// `Content-Type` or `Content-Encoding`, one per line of the input.
func fuzzNegotiation(_ bytes: [UInt8]) {
  let lines = bytes.split(separator: 10, maxSplits: 3, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  for line in lines {
    checkAccept(line)
    checkEncoding(line)
    checkTag(line)
    if let type = try? DeclaredFormat(contentType: line) { _ = type }
    var fields = HTTPFields()
    fields[.contentEncoding] = line
    if let body = try? UploadBody(fields, bytesMax: 10) {
      let names = ["", "identity", "gzip", "x-gzip"]
      require(names.contains(fields[.contentEncoding]?.lowercased() ?? ""), line)
      require((body.coding == .gzip) == line.lowercased().contains("gzip"))
    }
  }
}

private func checkAccept(_ accept: String) {
  let all = Representation.allCases
  for offered in [all, all.reversed(), [.json, .html], [.html], []] {
    let chosen = ContentNegotiation.preferred(accept, of: offered)
    require(chosen == nil || offered.contains { $0 == chosen }, accept)
    require(chosen == ContentNegotiation.preferred(accept, of: offered), "not the same twice")
    // What is accepted beside others is accepted alone, and the other way round.
    let alone = offered.filter { ContentNegotiation.preferred(accept, of: [$0]) != nil }
    require(alone.isEmpty == (chosen == nil), accept)
    require(chosen == nil || alone.contains { $0 == chosen }, accept)
  }
  // The field's names know no letter case, and white space around commas means nothing.
  require(
    ContentNegotiation.preferred(accept, of: all)
      == ContentNegotiation.preferred(accept.uppercased().lowercased(), of: all)
      || accept.lowercased() != accept.uppercased().lowercased(), accept)
}

private func checkEncoding(_ encoding: String) {
  let accepts = ContentNegotiation.acceptsGzip(encoding)
  let lower = encoding.lowercased()
  require(!accepts || lower.contains("gzip") || lower.contains("*"), encoding)
  require(!ContentNegotiation.acceptsGzip("gzip;q=0," + encoding), encoding)
  require(ContentNegotiation.acceptsGzip("gzip;q=0.001 , " + encoding), encoding)
}

private func checkTag(_ list: String) {
  let tag = EntityTag(of: Array("page".utf8))
  let matches = tag.matches(list)
  require(!matches || list.contains(tag.text) || list.contains("*"), list)
  require(tag.matches("W/\(tag.text), \(list)") && tag.matches("*,\(list)"), list)
}
