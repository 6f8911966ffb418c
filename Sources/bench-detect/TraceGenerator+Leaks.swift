extension TraceGenerator {
  /// What a leaking process holds above its base; fills in the truth.
  mutating func leak(
    _ kind: TraceKind, _ hours: [Double], _ span: Double, _ trace: inout Trace
  ) -> [Double] {
    var rise = random.scaled(40...6_000)
    if kind == .fastLeak { rise = random.scaled(6_000...60_000) }
    if kind == .pastWrap { rise = random.scaled(68_000...400_000) }
    let rate = rise / span
    var noise = random.scaled(0.3...4)
    if kind == .leakInNoise || kind == .leakInAutocorrelation {
      noise = rise / random.scaled(0.5...12)
    }
    var independent = Double(hours.count)
    var background = white(hours, noise)
    switch kind {
    case .leakInAutocorrelation:
      let memory = span / random.uniform(20...300)
      background = autocorrelated(hours, noise, memory: memory)
      independent = min(independent, span / (2 * memory))
    case .leakUnderDay:
      background = sum(background, daily(hours, rise * random.scaled(0.1...1)))
    case .leakAfterWarmUp:
      background = sum(background, warmUp(hours, span * 0.6, rise * random.scaled(0.1...1)))
    default: break
    }
    var shape = LeakProcess.Shape.even
    switch kind {
    case .lumps: shape = .lumps(every: span / random.uniform(10...30))
    case .poisson: shape = .arrivals(meanSize: 1)
    case .batches: shape = .arrivals(meanSize: max(1.5, rise / random.scaled(60...600)))
    case .weekdays: shape = .weekdays(phase: random.uniform(0...168))
    default: break
    }
    let onset = kind == .lateOnset ? random.uniform(0.3...0.6) * span : 0
    let change = kind == .rateChange ? random.uniform(0.35...0.6) * span : .infinity
    let factor = random.unit() < 0.5 ? random.uniform(0.3...0.6) : random.uniform(1.8...4)
    let runHours = kind == .leakWithRestarts ? span / Double(random.whole(2...6)) : .infinity
    var process = LeakProcess(shape, rate: kind == .lateOnset ? rise / (span - onset) : rate)
    var before = 0.0
    var (start, restart) = (0.0, runHours)
    var values: [Double] = []
    for (index, hour) in hours.enumerated() {
      if hour >= restart {
        process = LeakProcess(process.shape, rate: process.rate)
        (start, restart) = (restart, restart + runHours)
        before = start
      }
      if before < change, hour >= change { process.rate = rate * factor }
      process.advance(max(0, hour - max(before, onset)), &random)
      before = hour
      values.append(process.leaked + background[index])
    }
    trace.rate = process.rate
    let warm = kind == .leakAfterWarmUp ? (background.last ?? 0) : 0
    let held = process.leaked + warm
    let left = Self.modulus - held.truncatingRemainder(dividingBy: Self.modulus)
    trace.wrapHours = process.hours(toLeak: left, &random)
    trace.difficulty = Trace.difficulty(
      rise: kind == .leakWithRestarts ? rise * min(1, runHours / span) : rise, noise: noise,
      independentSamples: independent)
    return values
  }
}
