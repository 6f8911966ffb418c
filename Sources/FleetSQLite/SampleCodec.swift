import Compression
import Diagnosis
import Handles

/// Samples as bytes: what a block of a series holds.
///
/// Times as the differences of their differences, counts as differences, both zigzag and Rice
/// coded with a parameter of the block's own. A process that is sampled at even steps takes one bit
/// a time. Layout: the count of samples, the first time and the first handle count as varints; one
/// byte for each of the two parameters; the bits; CRC-32 of all before it, lowest byte first.
enum SampleCodec {
  /// The bytes are not what `encode` made.
  struct Damage: Error, Hashable {}

  /// Samples of one block that bytes from outside can ask memory for.
  static let samplesMax = 1 << 16

  /// - Parameter samples: In order of time, no two at the same one; at least one, at most
  ///   `samplesMax`.
  static func encode(_ samples: some RandomAccessCollection<Sample>) -> [UInt8] {
    guard let first = samples.first else { return [] }
    var times: [UInt64] = []
    var counts: [UInt64] = []
    times.reserveCapacity(samples.count)
    counts.reserveCapacity(samples.count)
    var before = (time: first.time.milliseconds, step: 0 as Int64, handles: first.handles)
    for sample in samples.dropFirst() {
      let step = sample.time.milliseconds &- before.time
      times.append(zigzag(step &- before.step))
      counts.append(zigzag(sample.handles &- before.handles))
      before = (sample.time.milliseconds, step, sample.handles)
    }
    let (timeK, countK) = (RiceCode.parameter(for: times), RiceCode.parameter(for: counts))

    var writer = BitWriter()
    append(UInt64(samples.count), to: &writer)
    append(zigzag(first.time.milliseconds), to: &writer)
    append(zigzag(first.handles), to: &writer)
    writer.append(UInt64(timeK), bits: 8)
    writer.append(UInt64(countK), bits: 8)
    for index in times.indices {
      writer.appendRice(times[index], k: timeK)
      writer.appendRice(counts[index], k: countK)
    }
    writer.finish()
    let checksum = CRC32.checksum(of: writer.bytes)
    return writer.bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
  }

  static func decode(_ bytes: [UInt8]) throws(Damage) -> [Sample] {
    guard bytes.count > 4 else { throw Damage() }
    let checksum = bytes.suffix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    guard CRC32.checksum(of: bytes.dropLast(4)) == checksum else { throw Damage() }

    var reader = BitReader(bytes, count: bytes.count - 4)
    let count = varint(from: &reader)
    guard let count = Int(exactly: count), (1...samplesMax).contains(count) else { throw Damage() }
    var time = unzigzag(varint(from: &reader))
    var handles = unzigzag(varint(from: &reader))
    let (timeK, countK) = (Int(reader.read(bits: 8)), Int(reader.read(bits: 8)))
    guard timeK <= RiceCode.kMax, countK <= RiceCode.kMax else { throw Damage() }

    var samples: [Sample] = []
    samples.reserveCapacity(count)
    var step: Int64 = 0
    while !reader.isExhausted, let timestamp = Timestamp(milliseconds: time) {
      samples.append(Sample(time: timestamp, handles: handles))
      if samples.count == count { return samples }
      step = step &+ unzigzag(reader.readRice(k: timeK))
      guard step > 0 else { throw Damage() }
      time = time &+ step
      handles = handles &+ unzigzag(reader.readRice(k: countK))
    }
    throw Damage()
  }

  /// 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …
  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value << 1 ^ value >> 63)
  }

  private static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
  private static func append(_ value: UInt64, to writer: inout BitWriter) {
    var rest = value
    while rest >= 0x80 {
      writer.append(rest & 0x7F | 0x80, bits: 8)
      rest >>= 7
    }
    writer.append(rest, bits: 8)
  }

  private static func varint(from reader: inout BitReader) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let byte = reader.read(bits: 8)
      value |= (byte & 0x7F) << UInt64(shift)
      if byte & 0x80 == 0 { break }
    }
    return value
  }
}
