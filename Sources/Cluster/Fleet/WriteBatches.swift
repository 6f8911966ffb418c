import Telemetry

/// Series on their way to the engine, in requests of bounded size.
struct WriteBatches {
  private let labels: [String: String]
  private let samplesMax: Int
  private var request = RemoteWriteRequest()
  private var samples = 0
  private var full: [RemoteWriteRequest] = []

  /// - Parameters:
  ///   - labels: Of every series.
  ///   - samplesMax: Of one request.
  init(labels: [String: String], samplesMax: Int) {
    self.labels = labels
    self.samplesMax = samplesMax
  }

  /// Adds samples of a series, in order of time; those of one series may go into several requests.
  mutating func append(
    _ labels: [String: String], _ series: [(time: Int64, value: Double)]
  ) throws {
    let labels = labels.merging(self.labels) { $1 }
    var rest = series[...]
    while !rest.isEmpty {
      let part = rest.prefix(samplesMax - samples)
      try request.append(labels: labels, samples: part)
      samples += part.count
      rest = rest.dropFirst(part.count)
      if samples >= samplesMax { close() }
    }
  }

  /// All of them, in the order in which they are to be sent.
  var requests: [RemoteWriteRequest] { samples > 0 ? full + [request] : full }

  private mutating func close() {
    full.append(request)
    request = RemoteWriteRequest()
    samples = 0
  }
}
