import Handles

/// What makes two rows belong to the same series.
struct SeriesIdentity: Hashable, Sendable {
  var host: String?
  var process: String
  var instance = 0
  var pid: Int64?
  var started: Timestamp?
  var resource = HandleResource.handles

  /// The same, where `#n` doesn't tell processes apart: a PID does, whatever number its process has at
  /// the moment. PID 0 is what Windows shows for a process that has just ended.
  var canonical: Self {
    guard let pid, pid != 0, instance != 0 else { return self }
    var identity = self
    identity.instance = 0
    return identity
  }

  // Names are bytes here. Swift compares texts by their normal form, which takes an upload of
  // combining marks a hundred times as long.

  static func == (left: Self, right: Self) -> Bool {
    left.pid == right.pid && left.instance == right.instance && left.started == right.started
      && left.resource == right.resource
      && left.process.utf8.elementsEqual(right.process.utf8)
      && (left.host?.utf8).elementsEqual(right.host?.utf8)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(pid)
    hasher.combine(instance)
    hasher.combine(started)
    hasher.combine(resource)
    for var name in [process, host ?? ""] {
      name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(0xFF as UInt8)
    }
  }
}

extension HandleSeries {
  var identity: SeriesIdentity {
    SeriesIdentity(
      host: host, process: process, instance: instance, pid: pid, started: started,
      resource: resource)
  }

  /// No samples yet.
  init(_ identity: SeriesIdentity) {
    self.init(
      host: identity.host, process: identity.process, instance: identity.instance,
      pid: identity.pid, started: identity.started)
    resource = identity.resource
  }
}

extension Optional where Wrapped == String.UTF8View {
  fileprivate func elementsEqual(_ other: Self) -> Bool {
    switch (self, other) {
    case (nil, nil): true
    case (let left?, let right?): left.elementsEqual(right)
    default: false
    }
  }
}

/// Collects what a decoder finds, within the limits.
struct UploadBuilder: Sendable {
  let limits: TelemetryLimits
  var badRows = BadRowPolicy.reject
  /// Whether an upload without a sample is one too.
  var mayBeEmpty = false
  /// Stands for the times that a format doesn't have; nil where the caller didn't say.
  var receivedAt: Timestamp?
  /// What the caller knows of the upload.
  var options = UploadOptions()
  /// How its times were read.
  var times = LogTimes()
  /// What the format says of the host apart from the rows.
  var host = HostDescription()
  /// The same of hosts that it names.
  var hosts: [String: HostDescription] = [:]
  private var series: [HandleSeries] = []
  private var stage = SampleStage()
  /// By series: samples of joined parts, which come before those in `series`.
  private var earlier: [Int: [[Sample]]] = [:]
  private var indexOf: [SeriesIdentity: Int] = [:]
  private var sampleCount = 0
  private var rejected: [RejectedRow] = []
  private var rejectedCount = 0
  private var notes: [String] = []
  private var evidence: [HostEvidence] = []
  /// By series, where times wait to be settled: how many samples it had before the first of them.
  private var settledCounts: [Int]?
  /// By series: how many counts of keys have their times.
  private var settledKeys: [Int: Int] = [:]
  private static let evidenceMax = 8

  init(limits: TelemetryLimits) { self.limits = limits }

  /// The index of the series, new or not.
  mutating func index(of identity: SeriesIdentity) throws(TelemetryError) -> Int {
    let identity = identity.canonical
    if let index = indexOf[identity] { return index }
    guard series.count < limits.seriesMax else {
      throw TelemetryError(
        .tooLarge, "more than \(limits.seriesMax) series in one upload",
        hint: "Split the upload by host or by process.")
    }
    let index = series.count
    series.append(HandleSeries(identity))
    indexOf[identity] = index
    return index
  }

  /// Adds a sample to a series that `index(of:)` gave.
  @inline(__always)
  mutating func append(_ sample: Sample, to index: Int) throws(TelemetryError) {
    guard sampleCount < limits.samplesMax else { throw Self.tooManySamples(limits) }
    sampleCount &+= 1
    stage.append(sample, to: index)
    if stage.isFull { stage.flush(into: &series) }
  }

  /// Says how high the counts of a series may go.
  mutating func setLimit(_ limit: UInt64?, of index: Int) { series[index].limit = limit }

  /// From here on samples have times that aren't known yet.
  mutating func markTimes() {
    flush()
    settledCounts = series.map(\.samples.count)
    for index in series.indices where !series[index].keys.isEmpty {
      settledKeys[index] = series[index].keys.count
    }
  }

  /// Gives the samples since `markTimes` their times.
  ///
  /// - Returns: How many have no time, and are gone.
  mutating func settleTimes(_ time: (Timestamp) -> Timestamp?) -> Int {
    flush()
    guard let counts = settledCounts else { return 0 }
    settledCounts = nil
    var lost = 0
    for index in series.indices {
      let start = index < counts.count ? counts[index] : 0
      var kept = start
      for place in start..<max(start, series[index].samples.count) {
        guard let time = time(series[index].samples[place].time) else { continue }
        let handles = series[index].samples[place].handles
        series[index].samples[kept] = Sample(time: time, handles: handles)
        kept += 1
      }
      lost += series[index].samples.count - kept
      series[index].samples.removeSubrange(kept...)
      settleKeys(of: index, time)
    }
    sampleCount -= lost
    return lost
  }

  /// The same of the counts of keys, which come with samples.
  private mutating func settleKeys(of index: Int, _ time: (Timestamp) -> Timestamp?) {
    guard !series[index].keys.isEmpty else { return }
    let settled = min(settledKeys[index, default: 0], series[index].keys.count)
    for place in settled..<series[index].keys.count {
      let key = series[index].keys[place]
      series[index].keys[place] = Sample(time: time(key.time) ?? key.time, handles: key.handles)
    }
    settledKeys[index] = series[index].keys.count
  }

  /// Says something about the kind of system.
  mutating func witness(_ fact: HostEvidence) {
    if evidence.count < Self.evidenceMax, !evidence.contains(fact) { evidence.append(fact) }
  }

  /// Says how many of the handles of a sample that was added were of registry keys.
  mutating func appendKeys(_ sample: Sample, to index: Int) { series[index].keys.append(sample) }

  /// Adds many samples at once.
  mutating func append(
    contentsOf samples: [Sample], to index: Int
  ) throws(TelemetryError) {
    guard samples.count <= limits.samplesMax - sampleCount else {
      throw Self.tooManySamples(limits)
    }
    sampleCount += samples.count
    stage.flush(into: &series)
    // The samples of a whole series are taken over without a copy.
    if series[index].samples.isEmpty {
      series[index].samples = samples
    } else {
      series[index].samples.append(contentsOf: samples)
    }
  }

  /// A builder for another part of the upload.
  func fork() -> Self {
    var fork = Self(limits: limits)
    fork.badRows = badRows
    fork.receivedAt = receivedAt
    fork.options = options
    return fork
  }

  /// Whether the upload stays within the limits with this part.
  func hasRoom(for part: Self) -> Bool {
    guard part.sampleCount <= limits.samplesMax - sampleCount else { return false }
    let new = part.indexOf.keys.count { indexOf[$0] == nil }
    return new <= limits.seriesMax - series.count
  }

  /// Adds what a fork collected from the rows that come next, `linesBefore` lines further down than
  /// it believes. For parts that `hasRoom` let pass.
  mutating func join(_ part: consuming Self, linesBefore: Int) throws(TelemetryError) {
    flush()
    part.flush()
    for one in part.series {
      let index = try index(of: one.identity)
      // They are put together at the end, when it is known how many they are.
      if !series[index].samples.isEmpty {
        earlier[index, default: []].append(series[index].samples)
      }
      series[index].samples = one.samples
      series[index].keys += one.keys
      series[index].limit = one.limit ?? series[index].limit
    }
    for fact in part.evidence { witness(fact) }
    sampleCount += part.sampleCount
    rejectedCount += part.rejectedCount
    for row in part.rejected.prefix(limits.rejectedMax - rejected.count) {
      rejected.append(
        RejectedRow(
          line: row.line + linesBefore, column: row.column, value: row.value, detail: row.detail))
    }
    for sentence in part.notes { note(sentence) }
  }

  private mutating func flush() { stage.flush(into: &series) }

  private mutating func putTogether() {
    flush()
    for (index, parts) in earlier {
      var samples: [Sample] = []
      samples.reserveCapacity(
        parts.reduce(series[index].samples.count) { $0 + $1.count })
      for part in parts { samples += part }
      samples += series[index].samples
      series[index].samples = samples
    }
    earlier = [:]
  }

  static func tooManySamples(_ limits: TelemetryLimits) -> TelemetryError {
    TelemetryError(
      .tooLarge, "more than \(limits.samplesMax) samples in one upload",
      hint: "Split the upload by time.")
  }

  /// Leaves a row out, or refuses the upload for it: the one place where that is decided.
  ///
  /// - Parameter count: What goes with it, where a row holds several samples.
  mutating func reject(
    line: Int, column: Int? = nil, value: @autoclosure () -> String? = nil, count: Int = 1,
    _ detail: @autoclosure () -> String
  ) throws(TelemetryError) {
    if badRows == .refuse {
      throw TelemetryError(.malformed, detail(), line: line, column: column)
    }
    rejectedCount += count
    if rejected.count < limits.rejectedMax {
      rejected.append(
        RejectedRow(line: line, column: column, value: value(), detail: detail()))
    }
  }

  /// The time of a sample that has none.
  mutating func timeOfReceipt() throws(TelemetryError) -> Timestamp {
    guard let receivedAt else {
      throw TelemetryError(
        .malformed, "the counts have no times, and when they were received isn't known")
    }
    note("Counts without a time were taken for the time of receipt.")
    return receivedAt
  }

  mutating func note(_ sentence: String) {
    if notes.count < limits.notesMax, !notes.contains(sentence) { notes.append(sentence) }
  }

  /// The upload; refused where no row of it could be used.
  mutating func finish(format: TelemetryFormat) throws(TelemetryError) -> TelemetryUpload {
    guard sampleCount > 0 || mayBeEmpty else {
      throw TelemetryError(
        .malformed,
        rejectedCount == 0
          ? "the upload holds no sample; it was read as \(format.rawValue)"
          : "none of the \(rejectedCount) rows of the upload could be used"
            + (rejected.first.map { "; the first, line \($0.line): \($0.detail)" } ?? ""),
        hint: format.needs,
        rejected: Array(rejected.prefix(limits.reasonsMax)))
    }
    putTogether()
    if let name = host.name { nameHost(name) }
    series.removeAll { $0.samples.isEmpty }
    if options.followsInstances {
      for sentence in InstanceNumbers.follow(&series, seriesMax: limits.seriesMax) {
        note(sentence)
      }
    }
    let names = Set(series.map(\.host))
    host.name = names.count == 1 ? names.first ?? nil : nil
    if let name = host.name, let known = hosts[name] {
      host.product = host.product ?? known.product
      host.servicePack = host.servicePack ?? known.servicePack
    }
    return TelemetryUpload(
      format: format, host: host, hosts: hosts, series: series, rejected: rejected,
      rejectedCount: rejectedCount, notes: notes, evidence: evidence, times: times)
  }

  /// Gives the host's name to the series without one, which may then be one with another series.
  private mutating func nameHost(_ name: String) {
    var merged: [HandleSeries] = []
    var indexOf: [SeriesIdentity: Int] = [:]
    for var one in series {
      one.host = one.host ?? name
      let identity = one.identity
      if let index = indexOf[identity] {
        merged[index].samples += one.samples
        merged[index].keys += one.keys
        merged[index].limit = one.limit ?? merged[index].limit
      } else {
        indexOf[identity] = merged.count
        merged.append(one)
      }
    }
    series = merged
  }
}
