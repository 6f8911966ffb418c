import Bytes
import Handles

/// What an upload says of one host, or of all its rows: taken where all that say it agree.
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

  mutating func merge(_ other: HostFacts) {
    product.merge(other.product)
    servicePack.merge(other.servicePack)
  }

  /// Says it of the upload.
  func describe(_ upload: inout UploadBuilder) {
    upload.host.product = product.value
    upload.host.servicePack = servicePack.value
    noteContradictions(&upload)
  }

  fileprivate func noteContradictions(_ upload: inout UploadBuilder) {
    if product.isContradictory { upload.note("The rows name several products: none is taken.") }
    if servicePack.isContradictory {
      upload.note("The rows name several service packs: none is taken.")
    }
  }
}

/// What an upload says of each of its hosts, where it says of which.
struct NamedHostFacts: Sendable, Equatable {
  /// Of all hosts, where no name came with it.
  private var unnamed = HostFacts()
  private var named: [String: HostFacts] = [:]

  mutating func take(
    _ facts: HostFacts, of host: String?, _ limits: TelemetryLimits
  ) throws(TelemetryError) {
    guard let host else { return unnamed.merge(facts) }
    guard named[host] != nil || named.count < limits.seriesMax else {
      throw TelemetryError(
        .tooLarge, "more than \(limits.seriesMax) hosts in one upload",
        hint: "Send smaller batches.")
    }
    named[host, default: HostFacts()].merge(facts)
  }

  /// Says it of the upload.
  func describe(_ upload: inout UploadBuilder) {
    unnamed.describe(&upload)
    for (name, facts) in named {
      facts.noteContradictions(&upload)
      guard facts.product.value != nil || facts.servicePack.value != nil else { continue }
      upload.hosts[name] = HostDescription(
        name: name, product: facts.product.value, servicePack: facts.servicePack.value)
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
    if value == nil { spelling = text.copied() }
    agree(name)
  }

  mutating func merge(_ other: HostFact) {
    if other.isContradictory {
      isContradictory = true
      value = nil
    } else if let name = other.value, !isContradictory {
      if value == nil { spelling = other.spelling }
      agree(name)
    }
  }

  private mutating func agree(_ name: String) {
    isContradictory = value != nil && value != name
    value = isContradictory ? nil : name
  }

  private func isKnown(_ text: Span<UInt8>) -> Bool {
    guard text.count == spelling.count else { return false }
    for index in text.indices where text[index] != spelling[index] { return false }
    return true
  }
}
