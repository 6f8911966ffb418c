import Bytes
import Handles

/// Reads rows of the form that nearly all rows of nearly all files have, in one pass over their
/// bytes: times like `1999-03-01T08:00:00Z`, and the series that came next the last time too.
///
/// It takes only what the scanner would read in the same way and leaves the row to it otherwise.
struct PlainRows: Sendable {
  private enum Column {
    case time
    case handles
    /// All columns of the identity, which stand side by side.
    case identity
    case ignored
  }

  private let columns: [Column]
  private let separator: UInt8
  private let lineBytesMax: Int

  /// Takes no row.
  init() {
    columns = []
    separator = ASCII.comma
    lineBytesMax = 0
  }

  init(header: CSVHeader, lookup: SeriesLookup, lineBytesMax: Int) {
    separator = header.separator
    self.lineBytesMax = lineBytesMax
    var columns: [Column] = []
    var index = 0
    while index < header.columnCount {
      if let run = lookup.runs.first(where: { $0.lowerBound == index }) {
        columns.append(.identity)
        index = run.upperBound
      } else {
        columns.append(
          index == header.time ? .time : index == header.handles ? .handles : .ignored)
      }
      index += 1
    }
    // What describes the host has to be read in every row.
    let describesHost = header.product != nil || header.servicePack != nil
    // Without a column that names the process there is nothing to tell the series by.
    let isSplit = header.date != nil
    self.columns = describesHost || isSplit || lookup.runs.count != 1 ? [] : columns
  }

  /// The sample of the row at `position`, which moves behind the row; nil for other rows.
  @inline(__always)
  func take(
    _ bytes: Span<UInt8>, from position: inout Int, _ times: inout TimeReader,
    _ lookup: inout SeriesLookup
  ) -> (sample: Sample, series: Int)? {
    guard !columns.isEmpty else { return nil }
    var index = position
    var time: Timestamp?
    var handles: Int64 = 0
    for column in columns.indices {
      switch columns[column] {
      case .time:
        time = times.readPlain(bytes, from: index)
        guard time != nil else { return nil }
        index &+= TimeReader.plainBytes
      case .handles:
        guard let count = Count.readPlain(bytes, from: &index) else { return nil }
        handles = count
      case .identity:
        guard lookup.expects(bytes, from: &index) else { return nil }
      case .ignored:
        guard skipCell(bytes, from: &index) else { return nil }
      }
      guard index < bytes.count else { return nil }
      if column < columns.count - 1 {
        guard bytes[index] == separator else { return nil }
      } else {
        if bytes[index] == ASCII.carriageReturn { index &+= 1 }
        guard index < bytes.count, bytes[index] == ASCII.lineFeed else { return nil }
      }
      index &+= 1
    }
    guard index - position <= lineBytesMax, let time else { return nil }
    position = index
    return (Sample(time: time, handles: handles), lookup.takeExpected())
  }

  private func skipCell(_ bytes: Span<UInt8>, from index: inout Int) -> Bool {
    if index < bytes.count, bytes[index] == ASCII.quote { return false }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == separator || byte == ASCII.lineFeed { return true }
      if byte == ASCII.carriageReturn || byte == 0 { break }
      index &+= 1
    }
    // A carriage return can be the line's end or not: only the end of a row knows.
    return index + 1 < bytes.count && bytes[index] == ASCII.carriageReturn
      && bytes[index + 1] == ASCII.lineFeed
  }
}
