public import HTTPTypes
import HTTPWire

/// The parts of a browser's form upload (`multipart/form-data`, RFC 7578).
public struct MultipartForm {
  /// One field of the form.
  public struct Part {
    /// The name of the field.
    public var name: String
    /// Its content: a slice of the upload.
    public var body: ArraySlice<UInt8>
  }

  /// Parts of one form, at most.
  public static let partsMax = 32
  /// Bytes of the head of a part, at most.
  public static let partHeadBytesMax = 4_096

  /// The parts in the order of the upload.
  public let parts: [Part]

  /// The `Content-Type` of a form's upload; 415 for any other body.
  public static func contentType(_ fields: HTTPFields) throws(Problem) -> String {
    guard let type = fields[.contentType],
      type.lowercased().prefix(while: { $0 != ";" && $0 != " " }) == "multipart/form-data"
    else {
      throw Problem(
        .unsupportedMediaType, "This page takes the upload of its form; programs use the API.")
    }
    return type
  }

  /// Reads the body of a form's upload.
  ///
  /// - Parameter contentType: The request's `Content-Type`, which names the boundary.
  /// - Throws: `Problem` (400) for a body that is no such form, or one with too many parts.
  public init(_ body: [UInt8], contentType: String) throws(Problem) {
    guard let boundary = Self.parameter("boundary", of: contentType), !boundary.isEmpty,
      boundary.utf8.count <= 70
    else { throw Problem(.badRequest, "The form upload names no boundary.") }
    // A delimiter is looked for with the line end before it: a boundary can't hold one, so that no
    // choice of it makes the search slow.
    let delimiter = Array("\r\n--\(boundary)".utf8)
    let lineEnd = Array("\r\n".utf8)
    guard body.starts(with: delimiter.dropFirst(lineEnd.count)) else {
      throw Problem(.badRequest, "The form upload has no part.")
    }
    var position = delimiter.count - lineEnd.count
    var parts: [Part] = []
    while !body[position...].starts(with: Array("--".utf8)) {
      guard body[position...].starts(with: lineEnd), parts.count < Self.partsMax,
        let headEnd = Self.find(
          lineEnd + lineEnd, in: body.prefix(position + Self.partHeadBytesMax), from: position),
        let end = Self.find(delimiter, in: body[...], from: headEnd + lineEnd.count)
      else { throw Problem(.badRequest, "The form upload is cut off or has too many parts.") }
      let start = min(headEnd + 2 * lineEnd.count, end)
      parts.append(try Self.part(head: body[position..<headEnd], body: body[start..<end]))
      position = end + delimiter.count
    }
    self.parts = parts
  }

  /// The text of a field; nil if it is missing or not UTF-8.
  public func text(_ name: String) -> String? {
    parts.first { $0.name == name }.flatMap { String(validating: $0.body, as: UTF8.self) }
  }

  /// The text of a field that was filled in, without blanks around it; nil if there is none.
  public func filled(_ name: String) -> String? {
    guard let words = text(name)?.split(whereSeparator: \.isWhitespace), !words.isEmpty else {
      return nil
    }
    return words.joined(separator: " ")
  }

  /// The first file that isn't empty.
  public func file(_ name: String) -> Part? {
    parts.first { $0.name == name && !$0.body.isEmpty }
  }

  private static func part(
    head: ArraySlice<UInt8>, body: ArraySlice<UInt8>
  ) throws(Problem) -> Part {
    var name: String?
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = String(line[line.index(after: colon)...].drop { $0 == " " })
      if line[..<colon].lowercased() == "content-disposition" {
        name = parameter("name", of: value)
      }
    }
    guard let name else { throw Problem(.badRequest, "A part of the form upload has no name.") }
    return Part(name: name, body: body)
  }

  /// `boundary` of `multipart/form-data; boundary="x"`.
  private static func parameter(_ name: String, of field: String) -> String? {
    for parameter in field.split(separator: ";").dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].drop(while: { $0 == " " }).lowercased() == name else {
        continue
      }
      let value = pair[1].drop { $0 == " " }
      if value.hasPrefix("\"") { return String(value.dropFirst().prefix { $0 != "\"" }) }
      return String(value.prefix { $0 != " " })
    }
    return nil
  }

  /// Where `needle` begins, found by its first byte and then compared.
  private static func find(
    _ needle: [UInt8], in bytes: ArraySlice<UInt8>, from start: Int
  ) -> Int? {
    guard let first = needle.first, start <= bytes.endIndex else { return nil }
    var position = max(start, bytes.startIndex)
    while let candidate = bytes[position...].firstIndex(of: first) {
      if bytes[candidate...].starts(with: needle) { return candidate }
      position = candidate + 1
    }
    return nil
  }
}
