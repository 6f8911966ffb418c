import Bytes
import Compression
import Diagnosis
import Fleet
import Foundation
import Handles
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

@Suite("Samples as bytes")
struct FleetSampleCodecTests {
  @Test("what is encoded is decoded again", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let samples = random.samples(count: Int.random(in: 1...1_000, using: &random))
    let bytes = SampleCodec.encode(samples)
    #expect(try SampleCodec.decode(bytes) == samples, "seed \(seed)")
  }

  @Test("extremes of times and counts survive")
  func extremes() throws {
    let earliest = try #require(Timestamp(milliseconds: -62_135_596_800_000))
    let latest = try #require(Timestamp(milliseconds: 253_402_300_799_999))
    let samples = [
      Sample(time: earliest, handles: 0),
      Sample(time: try #require(Timestamp(milliseconds: 0)), handles: .max),
      Sample(time: try #require(Timestamp(milliseconds: 1)), handles: 0),
      Sample(time: latest, handles: .max),
    ]
    #expect(try SampleCodec.decode(SampleCodec.encode(samples)) == samples)
  }

  @Test("a changed or missing byte is noticed", arguments: 0..<20)
  func damage(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = SampleCodec.encode(random.samples(count: 100))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= UInt8.random(in: 1...255, using: &random)
      #expect(throws: SampleCodec.Damage.self, "seed \(seed), byte \(index)") {
        try SampleCodec.decode(damaged)
      }
      #expect(throws: SampleCodec.Damage.self) { try SampleCodec.decode(Array(bytes[..<index])) }
    }
  }

  @Test("bytes that only have the right checksum do no harm", arguments: 0..<500)
  func forged(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let body = (0..<Int.random(in: 0...64, using: &random)).map { _ in
      UInt8.random(in: 0...255, using: &random)
    }
    let checksum = CRC32.checksum(of: body)
    let bytes = body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
    if let samples = try? SampleCodec.decode(bytes) {
      #expect(samples.count <= SampleCodec.samplesMax)
      #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.time < $1.time })
    }
  }

  @Test("the checksum is the one of gzip")
  func checksum() {
    #expect(CRC32.checksum(of: "123456789".utf8) == 0xCBF4_3926)
  }

  @Test("a sample of a regular log takes less than a byte, one of an uneven log less than two")
  func size() {
    var random = SplitMix64(seed: 1)
    var handles: Int64 = 800
    var time: Int64 = 920_246_400_000
    var regular: [Sample] = []
    var uneven: [Sample] = []
    for _ in 0..<512 {
      handles += Int64.random(in: 0...1, using: &random)
      time += 60_000
      let jitter = Int64.random(in: -50...50, using: &random)
      let noise = Int64.random(in: -8...8, using: &random)
      if let even = Timestamp(milliseconds: time), let odd = Timestamp(milliseconds: time + jitter)
      {
        regular.append(Sample(time: even, handles: handles))
        uneven.append(Sample(time: odd, handles: handles + noise))
      }
    }
    #expect(SampleCodec.encode(regular).count < 512)
    #expect(SampleCodec.encode(uneven).count < 2 * 512)
  }
}

extension SplitMix64 {
  /// In order of time, with steps and changes of very different sizes.
  mutating func samples(count: Int) -> [Sample] {
    let stepMax = Int64(1) << Int64.random(in: 0...36, using: &self)
    let changeMax = Int64(1) << Int64.random(in: 0...60, using: &self)
    var time = Int64.random(in: 0...1_700_000_000_000, using: &self)
    var samples: [Sample] = []
    while samples.count < count, let timestamp = Timestamp(milliseconds: time) {
      samples.append(
        Sample(time: timestamp, handles: Int64.random(in: 0...changeMax, using: &self)))
      time += Int64.random(in: 1...stepMax, using: &self)
    }
    return samples
  }
}
