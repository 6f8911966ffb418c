import Diagnosis

/// What the rows of an upload say of the host: taken where all rows that say it agree.
struct HostFacts: Sendable, Equatable {
  var product = HostFact()
  var servicePack = HostFact()

  /// Takes a label of a metric that describes the host; others are left alone.
  mutating func take(
    label name: Span<UInt8>, _ value: Span<UInt8>, bytesMax: Int
  ) throws(FieldFault) {
    if name.isOne(of: ["product"]) { try product.take(value, bytesMax: bytesMax) }
    if name.isOne(of: ["service_pack"]) {
      // Empty is what a host without a service pack reports.
      try servicePack.take(value, bytesMax: bytesMax, blank: "")
    }
  }

  /// Says it of the upload.
  func describe(_ upload: inout UploadBuilder) {
    upload.host.product = product.value
    upload.host.servicePack = servicePack.value
    if product.isContradictory { upload.note("The rows name several products: none is taken.") }
    if servicePack.isContradictory {
      upload.note("The rows name several service packs: none is taken.")
    }
  }
}

/// One of them.
struct HostFact: Sendable, Equatable {
  private var spelling: [UInt8] = []
  private(set) var value: String?
  private(set) var isContradictory = false

  /// A blank text says nothing, unless `blank` is its meaning.
  mutating func take(
    _ text: Span<UInt8>, bytesMax: Int, blank: String? = nil
  ) throws(FieldFault) {
    if isContradictory || value != nil && isKnown(text) { return }
    guard let name = try Name.readOptional(text, bytesMax: bytesMax) ?? blank else { return }
    if let value, value != name {
      isContradictory = true
      self.value = nil
    } else {
      value = name
      spelling = text.copied()
    }
  }

  private func isKnown(_ text: Span<UInt8>) -> Bool {
    guard text.count == spelling.count else { return false }
    for index in text.indices where text[index] != spelling[index] { return false }
    return true
  }
}
