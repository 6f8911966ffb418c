import Foundation

@testable import Bytes
@testable import Telemetry
@testable import UseCases

/// JSON: the same tokens at the same places however it is cut, and nothing accepted that another
/// reader refuses.
func fuzzJSON(_ bytes: [UInt8]) {
  var small = JSONReader.Limits()
  small.depthMax = 3
  small.stringBytesMax = 8
  small.membersMax = 2
  for limits in [JSONReader.Limits(), small] {
    let whole = read(JSONReader(bytes, limits: limits))
    for ends in waysToCut(bytes) {
      let cut = read(pieces(bytes, endingAt: ends), limits)
      require(cut == whole, "\(cut) in pieces, \(whole) as a whole")
    }
    if whole.error == nil {
      let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      require(value != nil, "accepted, but not JSON")
    }
    if let object = try? JSONObject(bytes, limits: limits) {
      require(whole.error == nil && object.names.count <= limits.membersMax)
      for name in object.names {
        _ = try? object.string(name)
        _ = try? object.integer(name)
        if let number = try? object.number(name) { require(number.isFinite) }
        require(object.position(of: name) != nil)
      }
    }
  }
}

private struct Reading: Equatable {
  struct Step: Equatable {
    var token: JSONToken
    var position: JSONPosition
    var text: [UInt8]
  }

  var steps: [Step] = []
  var error: JSONError?
}

private func read(_ reader: consuming JSONReader) -> Reading {
  var result = Reading()
  take(&reader, into: &result)
  return result
}

private func read(_ pieces: [[UInt8]], _ limits: JSONReader.Limits) -> Reading {
  var reader = JSONReader(limits: limits)
  var result = Reading()
  for piece in pieces {
    reader.feed(piece.span)
    take(&reader, into: &result)
    if result.error != nil { return result }
  }
  reader.finish()
  take(&reader, into: &result)
  return result
}

private func take(_ reader: inout JSONReader, into result: inout Reading) {
  do throws(JSONError) {
    while let token = try reader.next() {
      require(reader.depth <= reader.limits.depthMax)
      let hasText =
        switch token {
        case .key, .string, .number: true
        default: false
        }
      result.steps.append(
        Reading.Step(
          token: token, position: reader.position, text: hasText ? reader.text : []))
    }
  } catch {
    require(error.line > 0 && error.column > 0 && !error.detail.isEmpty)
    result.error = error
  }
}
