public import Handles

/// What an upload held.
public struct TelemetryUpload: Sendable, Equatable {
  /// What was recognised.
  public var format: TelemetryFormat
  /// What the upload itself says of its host; the name only where it is the same in all series.
  public var host: HostDescription
  /// What it says of hosts that it names, by their names; they needn't have a series in it.
  public var hosts: [String: HostDescription]
  /// Each with at least one sample; none only where the caller said that there may be none; in the
  /// order of first appearance.
  public var series: [HandleSeries]
  /// The first `TelemetryLimits.rejectedMax` rows that were not taken.
  public var rejected: [RejectedRow]
  /// How many rows were not taken, listed or not.
  public var rejectedCount: Int
  /// What was assumed where the upload says nothing, in sentences for a reader.
  public var notes: [String]
  /// What it says about the kind of system, beyond a named product.
  public var evidence: [HostEvidence] = []
  /// How its times were read.
  public var times = LogTimes()

  /// The number of samples in all series.
  public var sampleCount: Int { series.reduce(0) { $0 + $1.samples.count } }
}
