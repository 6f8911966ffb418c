import Handles

/// Follows processes of one name where Performance Monitor's numbers move between them.
///
/// `NAME`, `NAME#1`, `NAME#2` … are numbered in the order in which they run. When one ends, all behind
/// it move down by one: in one sample `#1` takes over the level of `#2`, and `#2` that of `#3`. Where
/// the levels show that, the counts follow the process, which is called by the number that it had last.
enum InstanceNumbers {
  /// Samples of one name beyond which nothing is followed: it is done at once, after the last row.
  private static let samplesMax = 1_000_000

  /// Puts the samples of renumbered processes together; sentences on what was done and what couldn't be.
  static func follow(_ series: inout [HandleSeries], seriesMax: Int) -> [String] {
    var groups: [SeriesIdentity: [Int]] = [:]
    for (index, one) in series.enumerated() where one.pid ?? 0 == 0 && one.started == nil {
      var name = one.identity
      (name.process, name.instance, name.pid) = (NumberedName(one).name, 0, nil)
      groups[name, default: []].append(index)
    }
    var notes: [String] = []
    for places in groups.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
      guard places.reduce(0, { $0 + series[$1].samples.count }) <= samplesMax else { continue }
      var tracker = InstanceTracker(places.map { series[$0] })
      tracker.run()
      let name = NumberedName(series[places[0]]).name
      if let followed = tracker.followed,
        series.count - places.count + followed.count <= seriesMax
      {
        notes.append(
          "The numbers behind \(name)# moved when a process of that name ended: counts follow the "
            + "process, which is called by its last number. Record ID Process too to be sure.")
        for (place, one) in zip(places, followed) { series[place] = one }
        series += followed.dropFirst(places.count)
        for place in places.dropFirst(followed.count) { series[place].samples = [] }
      } else if tracker.isUncertain || tracker.followed != nil {
        notes.append(
          "A process named \(name) ended, and the numbers behind # may have moved to others of that "
            + "name: record ID Process too to tell them apart.")
      }
    }
    if !notes.isEmpty { series.removeAll { $0.samples.isEmpty } }
    return notes
  }
}

/// The name of a process and its number, which some formats write behind the name.
private struct NumberedName {
  var name: String
  var number: Int
  private let isWritten: Bool

  init(_ series: HandleSeries) {
    let bytes = Array(series.process.utf8)
    if series.instance == 0, bytes.contains(InstanceName.mark),
      let (range, written) = InstanceName.split(bytes.span, at: InstanceName.mark)
    {
      (name, number, isWritten) = (String(decoding: bytes[range], as: UTF8.self), written, true)
    } else {
      (name, number, isWritten) = (series.process, series.instance, false)
    }
  }

  /// Gives the series another number.
  func renumber(_ series: inout HandleSeries, to new: Int) {
    if isWritten { series.process = "\(name)#\(new)" } else { series.instance = new }
  }
}

/// The processes of one name on one host, from sample to sample.
private struct InstanceTracker {
  /// One count of a member, which is a series as it is named.
  private struct Count {
    var time: Timestamp
    var member: Int
    var handles: Int64
  }

  /// A process: all that was counted of it, under whatever number.
  private struct Track {
    var samples: [Sample] = []
    var member: Int
    var isRunning = true
  }

  /// Processes that may end between two samples and still be told apart.
  private static let endsMax = 8
  /// Processes that may have ended before it is given up.
  private static let formerMax = 64
  /// Steps by which the usual size of a step is told.
  private static let stepsMax = 2_000

  private let members: [HandleSeries]
  private let lastNumber: Int
  private var counts: [Count] = []
  /// How far a count usually moves from one sample to the next.
  private var usualStep = 1.0

  private var tracks: [Track] = []
  /// The members that run, in the order of their numbers.
  private var running: [Int] = []
  /// By member: the last count, the track that goes on under its number, and the last that did.
  private var levels: [Int64]
  private var trackOf: [Int?]
  private var formerTrackOf: [Int?]
  private var hasMoved = false
  /// Whether numbers may have moved, but levels don't tell.
  private(set) var isUncertain = false

  init(_ series: [HandleSeries]) {
    let inOrder = series.map { (series: $0, number: NumberedName($0).number) }
      .sorted { $0.number < $1.number }
    members = inOrder.map(\.series)
    lastNumber = inOrder.last?.number ?? 0
    levels = Array(repeating: 0, count: members.count)
    trackOf = Array(repeating: nil, count: members.count)
    formerTrackOf = trackOf
    for (member, one) in members.enumerated() {
      for sample in one.samples.inOrder {
        counts.append(Count(time: sample.time, member: member, handles: sample.handles))
      }
    }
    usualStep = Self.usualStep(of: counts)
    counts.sort { ($0.time, $0.member) < ($1.time, $1.member) }
  }

  /// The median, at least 1.
  private static func usualStep(of counts: [Count]) -> Double {
    var steps: [Int64] = []
    for index in stride(from: 1, to: counts.count, by: max(1, counts.count / stepsMax))
    where counts[index].member == counts[index - 1].member {
      steps.append(abs(counts[index].handles - counts[index - 1].handles))
    }
    steps.sort()
    return steps.isEmpty ? 1 : max(1, Double(steps[steps.count / 2]))
  }

  mutating func run() {
    var start = 0
    while start < counts.count {
      var end = start + 1
      while end < counts.count, counts[end].time == counts[start].time { end += 1 }
      take(counts[start..<end])
      start = end
      if tracks.count > members.count + Self.formerMax {
        (hasMoved, isUncertain) = (false, true)
        return
      }
    }
  }

  /// The processes, where numbers moved; nil where all samples are already with their process.
  var followed: [HandleSeries]? {
    guard hasMoved else { return nil }
    // Those that run have the first claim to their numbers.
    let inOrder =
      tracks.indices.filter { tracks[$0].isRunning }
      + tracks.indices.filter { !tracks[$0].isRunning }
    var taken: Set<Int> = []
    var next = lastNumber + 1
    return inOrder.map { index in
      var one = members[tracks[index].member]
      if !taken.insert(tracks[index].member).inserted {
        NumberedName(one).renumber(&one, to: next)
        next += 1
      }
      one.samples = tracks[index].samples
      return one
    }
  }

  private mutating func take(_ present: ArraySlice<Count>) {
    // Numbers have no holes: where there is one, a count is missing and not a process.
    guard zip(present, running).allSatisfy({ $0.member == $1 }) else {
      for count in present { append(count, to: trackOf[count.member]) }
      return
    }
    let now = Array(present)
    let shifts = shifts(to: now)
    let before = running.map { trackOf[$0] }
    for member in running {
      formerTrackOf[member] = trackOf[member]
      if let track = trackOf[member] { tracks[track].isRunning = false }
      trackOf[member] = nil
    }
    running.removeAll(keepingCapacity: true)
    for (place, count) in now.enumerated() {
      let source = place + (shifts?[place] ?? 0)
      append(count, to: source < before.count ? before[source] : nil)
    }
  }

  /// Adds a count to a process; nil is one that begins, or goes on after a gap.
  private mutating func append(_ count: Count, to track: Int?) {
    let member = count.member
    var track = track
    if track == nil, let former = formerTrackOf[member], !tracks[former].isRunning {
      track = former
    }
    let index = track ?? tracks.count
    if index == tracks.count { tracks.append(Track(member: member)) }
    tracks[index].samples.append(Sample(time: count.time, handles: count.handles))
    tracks[index].member = member
    tracks[index].isRunning = true
    if trackOf[member] == nil {
      let isLast = running.last.map { $0 < member } ?? true
      running.insert(
        member, at: isLast ? running.count : running.firstIndex { $0 > member } ?? running.count)
    }
    trackOf[member] = index
    levels[member] = count.handles
  }

  /// For each process now, by how much its number was higher before; nil where nothing tells that any
  /// moved.
  private mutating func shifts(to now: [Count]) -> [Int]? {
    guard running.count > 1 else { return nil }
    var asNamed = 0.0
    var largest = 0.0
    for (count, member) in zip(now, running) {
      let step = abs(Double(count.handles - levels[member]))
      asNamed += step
      largest = max(largest, step)
    }
    let hasEnded = now.count < running.count
    guard hasEnded || largest > 8 * usualStep else { return nil }
    let (shifts, cost) = cheapestShifts(now)
    let moved = now.indices.count { shifts[$0] > 0 && $0 + shifts[$0] < running.count }
    // If as many run as before, one ended and one began: that two others moved shows it.
    if moved >= (hasEnded ? 1 : 2), cost * 4 < asNamed, asNamed - cost > 16 * usualStep {
      hasMoved = true
      return shifts
    }
    if hasEnded, moved > 0, cost < asNamed { isUncertain = true }
    return nil
  }

  /// The shifts, which never fall from one process to the next, by which counts move least; each end
  /// and each beginning costs some steps.
  private func cheapestShifts(_ now: [Count]) -> ([Int], Double) {
    let width = min(Self.endsMax, running.count) + 1
    // That one begins in the very sample in which another ends is rare.
    let (change, beginning) = (4 * usualStep, 256 * usualStep)
    var costs = (0..<width).map { Double($0) * change }
    // For each process and shift: the shift of the process before it.
    var choices = [Int8](repeating: 0, count: now.count * width)
    for place in now.indices {
      var (best, bestShift) = (Double.infinity, 0)
      for shift in 0..<width {
        if costs[shift] < best { (best, bestShift) = (costs[shift], shift) }
        choices[place * width + shift] = Int8(truncatingIfNeeded: bestShift)
        let before = place + shift
        let step =
          before < running.count
          ? abs(Double(now[place].handles - levels[running[before]])) : beginning
        costs[shift] = best + step
        best += change
      }
    }
    var shift = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    let cost = costs[shift]
    var shifts = [Int](repeating: 0, count: now.count)
    for place in now.indices.reversed() {
      shifts[place] = shift
      shift = Int(choices[place * width + shift])
    }
    return (shifts, cost)
  }
}
