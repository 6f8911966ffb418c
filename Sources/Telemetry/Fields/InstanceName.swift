import Bytes

/// Performance Monitor's names for the instances of `Process`, such as `EXTRA#1`.
enum InstanceName {
  static let mark = UInt8(ascii: "#")
  private static let noProcesses = ["_total", "idle"]

  /// `EXTRA#12` as the range of `EXTRA` and 12; nil without a number of one to nine digits.
  static func split(_ name: Span<UInt8>, at mark: UInt8) -> (Range<Int>, Int)? {
    guard let at = name.last(mark, in: 0..<name.count), at > 0,
      (1...9).contains(name.count - at - 1)
    else { return nil }
    var number = 0
    for index in at + 1..<name.count {
      let digit = name[index].digitValue
      guard digit <= 9 else { return nil }
      number = number * 10 + Int(digit)
    }
    return (0..<at, number)
  }

  /// The instances that stand for all processes, or for none.
  static func isNoProcess(_ name: Span<UInt8>) -> Bool { name.isOne(of: noProcesses) }
}
