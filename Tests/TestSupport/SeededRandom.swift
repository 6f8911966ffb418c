import Bytes
import Foundation

/// Random numbers from a seed that a failure can be repeated with.
public struct SeededRandom: RandomNumberGenerator {
  /// To be printed with a failure.
  public let seed: UInt64
  private var numbers: SplitMix64

  /// `FIXLEVEL_TEST_SEED`, or another seed each time.
  public init() {
    let given = ProcessInfo.processInfo.environment["FIXLEVEL_TEST_SEED"].flatMap(UInt64.init)
    seed = given ?? UInt64.random(in: 0...UInt64(UInt32.max))
    numbers = SplitMix64(seed: seed)
  }

  public mutating func next() -> UInt64 { numbers.next() }
}
