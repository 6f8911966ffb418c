import Bytes
import Handles

/// The header of a panel that Grafana saved as CSV.
struct GrafanaHeader: Sendable {
  /// What a column of counts counts.
  struct Series: Sendable {
    var column: Int
    var identity: SeriesIdentity
    var evidence: HostEvidence?
    /// Whether it is the limit of the process, and no count.
    var isLimit = false
    var index: Int?
  }

  enum Form: Sendable {
    /// A column for each series, headed by its labels.
    case wide([Series])
    /// A row for each sample, with the labels of its series in one cell.
    case rows(series: Int, time: Int, value: Int)
    /// A column for each label, and one of values.
    case table(labels: [(column: Int, name: [UInt8])], name: Int?, value: Int)
  }

  var form: Form
  var columnCount: Int
  var separator: UInt8

  /// Nil for a line that is none: it begins with `Time`, and a column has labels or is called `Value`; or
  /// it is `Series;Time;Value`, as older releases write it.
  init?(
    _ line: Span<UInt8>, columnsMax: Int, nameBytesMax: Int, faults: inout [(Int, FieldFault)]
  ) {
    for candidate in Separator.candidates {
      guard let cells = Separator.split(line, by: candidate, cellsMax: columnsMax),
        cells.count >= 2, cells.count <= columnsMax
      else { continue }
      (columnCount, separator) = (cells.count, candidate)
      if let rows = Self.rows(line, cells) {
        form = rows
        return
      }
      guard Self.isTime(line.value(of: cells[0])) else { continue }
      let names = cells.map { line.value(of: $0) }
      if let table = Self.table(names) {
        form = table
        return
      }
      let series = Self.series(names, nameBytesMax: nameBytesMax, &faults)
      guard names.contains(where: { $0.contains(UInt8(ascii: "{")) }) else { continue }
      form = .wide(series)
      return
    }
    return nil
  }

  static func isHead(_ line: Span<UInt8>) -> Bool {
    var faults: [(Int, FieldFault)] = []
    return Self(line, columnsMax: line.count, nameBytesMax: 256, faults: &faults) != nil
  }

  /// Whether a row is the header of the next part.
  static func isHead(first row: Span<UInt8>, _ cells: [Cell]) -> Bool {
    let name = row.value(of: cells[0])
    return isTime(name) || name.span.isOne(of: ["series"])
  }

  private static func isTime(_ name: [UInt8]) -> Bool {
    // A file that was put together has a mark before each header.
    let name = name.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(name[3...]) : name
    return name.span.isOne(of: ["time", "timestamp"])
  }

  private static func rows(_ line: Span<UInt8>, _ cells: [Cell]) -> Form? {
    guard cells.count == 3 else { return nil }
    func column(_ name: String) -> Int? {
      cells.firstIndex { line.value(of: $0).span.isOne(of: [name]) }
    }
    guard let series = column("series"), let time = column("time"), let value = column("value")
    else { return nil }
    return .rows(series: series, time: time, value: value)
  }

  private static func table(_ names: [[UInt8]]) -> Form? {
    guard let value = names.firstIndex(where: { isValue($0) }), names.count > 2 else { return nil }
    var labels: [(column: Int, name: [UInt8])] = []
    var name: Int?
    for (column, label) in names.enumerated() where column != 0 && column != value {
      if label.span.isOne(of: ["__name__", "metric"]) {
        name = column
      } else {
        labels.append((column, label))
      }
    }
    return .table(labels: labels, name: name, value: value)
  }

  /// `Value`, and `Value #A` where a panel has several queries.
  private static func isValue(_ name: [UInt8]) -> Bool {
    name.map(\.lowercased).starts(with: "value".utf8)
      && (name.count == 5 || name[5] == ASCII.space)
  }

  private static func series(
    _ names: [[UInt8]], nameBytesMax: Int, _ faults: inout [(Int, FieldFault)]
  ) -> [Series] {
    let metrics = PrometheusMetrics()
    var series: [Series] = []
    for (column, name) in names.enumerated().dropFirst() {
      do throws(FieldFault) {
        if let one = try Self.series(name, column, metrics, nameBytesMax) { series.append(one) }
      } catch {
        faults.append((column, error))
      }
    }
    return series
  }

  /// `{process="EXTRA", …}`, with the metric's name before it, as `__name__` or not at all.
  static func series(
    _ name: [UInt8], _ column: Int, _ metrics: PrometheusMetrics, _ bytesMax: Int
  ) throws(FieldFault) -> Series? {
    guard let open = name.firstIndex(of: UInt8(ascii: "{")),
      let close = name.lastIndex(of: UInt8(ascii: "}")), close > open
    else { return nil }
    var metric = Array(name[..<open])
    var labels = SeriesLabels()
    try PrometheusLabels.read(name.span, open + 1..<close) { label, value throws(FieldFault) in
      if label.isOne(of: ["__name__"]) {
        metric = value.copied()
      } else {
        try labels.take(label, value, bytesMax: bytesMax)
      }
    }
    let known = metrics.metric(named: metric.span)
    // Functions and operators drop the name: then it is what the panel was made for.
    guard let meaning = known ?? (metric.isEmpty ? .ownCount(.handles) : nil), meaning != .host,
      let identity = try labels.identity(of: meaning)
    else { return nil }
    return Series(
      column: column, identity: identity, evidence: metrics.evidence(named: metric.span),
      isLimit: meaning.isLimit)
  }
}
