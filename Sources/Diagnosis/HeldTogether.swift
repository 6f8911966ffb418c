import Handles

/// The highest that processes can have held together at one time.
enum HeldTogether {
  /// Of handles that can be of keys: each process counts with its highest from its first sample to its
  /// last. Costs what sorting the processes costs.
  ///
  /// - Returns: the highest sum, and when it can first have reached 65,536.
  static func highest(_ processes: [ProcessHistory]) -> (keys: Int64, highSince: Timestamp?) {
    if let one = processes.first, processes.count == 1 { return highest(of: one) }
    var edges: [(time: Timestamp, isEnd: Bool, keys: Int64)] = []
    edges.reserveCapacity(2 * processes.count)
    for process in processes {
      guard let first = process.first?.time, let last = process.last?.time else { continue }
      let keys = highestKeys(of: process)
      edges.append((first, false, keys))
      edges.append((last, true, keys))
    }
    // What begins when another ends may have been there beside it.
    edges.sort { ($0.time, $0.isEnd ? 1 : 0, $0.keys) < ($1.time, $1.isEnd ? 1 : 0, $1.keys) }
    var (sum, highest): (Int64, Int64) = (0, 0)
    var since: Timestamp?
    for edge in edges {
      if edge.isEnd {
        sum = max(0, saturatingSum(sum, -edge.keys))
      } else {
        sum = saturatingSum(sum, edge.keys)
        highest = max(highest, sum)
        if sum >= KeyControlBlock.countModulus { since = since ?? edge.time }
      }
    }
    return (highest, since)
  }

  private static func highestKeys(of process: ProcessHistory) -> Int64 {
    process.keyShare.keysMax(of: process.runs.lazy.map(\.highest).max() ?? 0)
  }

  /// The samples are only read where the count was high enough.
  private static func highest(of process: ProcessHistory) -> (keys: Int64, highSince: Timestamp?) {
    let highest = highestKeys(of: process)
    guard highest >= KeyControlBlock.countModulus else { return (highest, nil) }
    let samples = process.runs.lazy.map(\.samples).joined()
    let first = samples.first {
      process.keyShare.keysMax(of: $0.handles) >= KeyControlBlock.countModulus
    }
    return (highest, first?.time ?? process.first?.time)
  }
}
