import SwiftProtobuf

/// A format that is one protobuf message with a list of elements, taken one by one.
protocol ProtobufElementDecoder: FormatDecoder {
  associatedtype Element: Message & Sendable

  /// What an element is, in a sentence about one that is broken.
  static var elementName: String { get }
  var fields: ProtobufFields { get set }
  var hosts: NamedHostFacts { get }

  mutating func take(
    _ element: Element, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// How many rows are lost with an element that can't be decoded.
  static func rowCount(ofUndecodable element: [UInt8], _ limits: TelemetryLimits) -> Int
}

extension ProtobufElementDecoder {
  static func rowCount(ofUndecodable element: [UInt8], _ limits: TelemetryLimits) -> Int { 1 }

  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var position = 0
    while let bytes = try fields.next(in: bytes, from: &position) {
      guard let element: Element = .read(bytes) else {
        try upload.reject(
          line: fields.count, count: Self.rowCount(ofUndecodable: bytes, upload.limits),
          "a \(Self.elementName) that is not the message it should be")
        continue
      }
      try take(element, into: &upload)
    }
  }

  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard fields.isComplete else { throw ProtobufFields.malformed }
    hosts.describe(&upload)
  }
}
