/// A column that describes the host: taken where all rows that fill it say the same.
struct HostColumn: Sendable {
  private var spelling: [UInt8] = []
  private(set) var value: String?
  private(set) var isContradictory = false

  mutating func take(_ cell: Span<UInt8>, bytesMax: Int) throws(FieldFault) {
    if isContradictory || isKnown(cell) { return }
    guard let name = try Name.readOptional(cell, bytesMax: bytesMax) else { return }
    if let value, value != name {
      isContradictory = true
      self.value = nil
    } else {
      value = name
      spelling = cell.copied()
    }
  }

  private func isKnown(_ cell: Span<UInt8>) -> Bool {
    guard cell.count == spelling.count else { return false }
    for index in cell.indices where cell[index] != spelling[index] { return false }
    return true
  }
}
