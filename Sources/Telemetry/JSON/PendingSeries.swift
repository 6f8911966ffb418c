import Bytes
import Handles

/// A series whose object isn't closed yet: its name may come after its samples.
struct PendingSeries: Sendable {
  var position = JSONPosition()
  var isFaulty = false
  var samples: [Sample] = []
  private var host: String?
  private var process: String?
  private var instance = 0
  private var pid: Int64?
  private var started: Timestamp?
  private var resource = HandleResource.handles
  /// The highest count that the resource allows.
  private(set) var limit: UInt64?

  init(position: JSONPosition = JSONPosition()) { self.position = position }

  /// Nil as long as the process is unknown.
  var identity: SeriesIdentity? {
    process.map {
      SeriesIdentity(
        host: host, process: $0, instance: instance, pid: pid, started: started,
        resource: resource)
    }
  }

  /// False for a member without a meaning here.
  mutating func take(
    _ member: String, _ token: JSONToken, _ text: [UInt8], nameBytesMax: Int,
    times: inout TimeReader
  ) throws(FieldFault) -> Bool {
    let isScalar = token == .string || token == .number
    switch member {
    case "process":
      guard token == .string else { throw .notAString }
      process = try Name.read(text.span, bytesMax: nameBytesMax)
    case "host":
      guard token == .string else { throw .notAString }
      host = try Name.readOptional(text.span, bytesMax: nameBytesMax)
    case "pid":
      guard isScalar else { throw .notACount }
      pid = try Count.read(text.span)
    case "instance":
      guard isScalar else { throw .notACount }
      instance = Int(truncatingIfNeeded: try Count.read(text.span))
    case "limit":
      guard isScalar else { throw .notACount }
      limit = UInt64(try Count.read(text.span))
    case "resource":
      guard token == .string else { throw .notAString }
      resource = try HandleResource(uploaded: text)
    case "started":
      guard isScalar else { throw .notATime }
      started = try times.read(text.span)
    default: return false
    }
    return true
  }
}

/// A sample whose array isn't closed yet.
struct PendingSample: Sendable {
  var position = JSONPosition()
  var isFaulty = false
  private(set) var count = 0
  private(set) var time: Timestamp?
  private(set) var handles: Int64?

  init(position: JSONPosition = JSONPosition()) { self.position = position }

  mutating func take(
    _ token: JSONToken, _ text: [UInt8], times: inout TimeReader
  ) throws(FieldFault) {
    let isScalar = token == .string || token == .number
    switch count {
    case 0:
      guard isScalar else { throw .notATime }
      time = try times.read(text.span)
    case 1:
      guard isScalar else { throw .notACount }
      handles = try Count.read(text.span)
    default: throw .thirdElement
    }
    count += 1
  }
}

extension HandleResource {
  /// By its name in uploads.
  init(uploaded text: [UInt8]) throws(FieldFault) {
    guard let resource = HandleResource(rawValue: String(decoding: text, as: UTF8.self)) else {
      throw .unknownResource
    }
    self = resource
  }
}
