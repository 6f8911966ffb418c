/// What a generated process does.
enum TraceKind: String, CaseIterable, Sendable {
  case constant, whiteNoise, weakAutocorrelation, strongAutocorrelation, daily, weekly, jobs
  case warmUp, oneStep, severalSteps, spikes, restarts, decayingCache, meanReverting, shrinking
  case sessions, gaps

  case slowLeak, fastLeak, leakInNoise, leakInAutocorrelation, leakUnderDay, lateOnset
  case leakWithRestarts, lumps, pastWrap, poisson, batches, leakAfterWarmUp, rateChange
  case weekdays, leakWithGaps, irregularLeak

  var leaks: Bool {
    switch self {
    case .constant, .whiteNoise, .weakAutocorrelation, .strongAutocorrelation, .daily, .weekly,
      .jobs, .warmUp, .oneStep, .severalSteps, .spikes, .restarts, .decayingCache, .meanReverting,
      .shrinking, .sessions, .gaps:
      false
    case .slowLeak, .fastLeak, .leakInNoise, .leakInAutocorrelation, .leakUnderDay, .lateOnset,
      .leakWithRestarts, .lumps, .pastWrap, .poisson, .batches, .leakAfterWarmUp, .rateChange,
      .weekdays, .leakWithGaps, .irregularLeak:
      true
    }
  }

  /// The shortest log from which the kind can be told at all: a rhythm has to repeat.
  var spanHoursMin: Double {
    switch self {
    case .daily, .leakUnderDay: 72
    case .weekly, .weekdays: 504
    default: 1
    }
  }
}
