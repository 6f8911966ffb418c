@testable import Web

/// A form upload. The first line may name a content type; else the boundary is `x`.
func fuzzMultipart(_ bytes: [UInt8]) {
  var contentType = "multipart/form-data; boundary=x"
  var body = bytes
  if bytes.starts(with: Array("multipart".utf8)), let end = bytes.firstIndex(of: 10) {
    contentType = String(decoding: bytes[..<end], as: UTF8.self)
    body = Array(bytes[(end + 1)...])
  }
  guard let form = try? MultipartForm(body, contentType: contentType) else { return }
  require(form.parts.count <= MultipartForm.partsMax)
  var end = 0
  for part in form.parts {
    require(part.body.startIndex >= end && part.body.endIndex <= body.count)
    end = part.body.endIndex
    _ = form.text(part.name)
    require(form.file(part.name)?.body.isEmpty != true)
    if contentType == "multipart/form-data; boundary=x" {
      let text = String(decoding: part.body.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
      require(!text.unicodeScalars.contains("\r\n--x".unicodeScalars), "a delimiter in a part")
    }
  }
  let total = form.parts.reduce(0) { $0 + $1.body.count }
  require(total <= body.count)
}
