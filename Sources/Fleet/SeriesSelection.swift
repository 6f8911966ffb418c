import Bytes
import Diagnosis
public import Handles

/// Which samples of a host to read.
public struct SeriesSelection: Sendable {
  /// Only series of the process with this name, spelled as in the upload; nil for all.
  public var process: String?
  /// The first time, included; nil for no limit.
  public var from: Timestamp?
  /// The last time, included; nil for no limit.
  public var to: Timestamp?
  /// The length in milliseconds of the intervals that are reduced to their highest sample; nil for all
  /// samples.
  public var step: Int64?
  /// Samples on a page, at least 1. The page's cursor leads to the rest.
  public var samplesMax: Int
  /// Where the page begins; nil for the first page.
  public var cursor: SeriesCursor?

  /// A selection; without arguments it takes all samples of the host.
  public init(
    process: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil, step: Int64? = nil,
    samplesMax: Int = .max, cursor: SeriesCursor? = nil
  ) {
    self.process = process
    self.from = from
    self.to = to
    self.step = step
    self.samplesMax = samplesMax
    self.cursor = cursor
  }
}

/// One page of a host's samples.
public struct SeriesPage: Sendable {
  /// The series in an order that the store doesn't change, each with its samples in order of time. A
  /// series that doesn't fit continues on the next page.
  public var series: [HandleSeries] = []
  /// Where the next page begins; nil on the last page.
  public var next: SeriesCursor?

  /// An empty page, with no page behind it.
  public init() {}
}

/// The first sample of the next page. Samples that are stored before it later are skipped.
public struct SeriesCursor: Hashable, Sendable, CustomStringConvertible {
  /// The number by which the store orders series.
  public let series: Int64
  /// The time of the sample.
  public let time: Timestamp

  /// The place of a sample at this time in a series of this number.
  public init(series: Int64, time: Timestamp) {
    self.series = series
    self.time = time
  }

  /// Reads what `description` gave; nil for anything else.
  public init?(_ text: String) {
    guard let pair = HexadecimalPair(text), let series = Int64(exactly: pair.first),
      let time = Timestamp(milliseconds: Int64(bitPattern: pair.second))
    else { return nil }
    self.init(series: series, time: time)
  }

  /// Two hexadecimal numbers.
  public var description: String {
    // Ids come from the database and are never negative.
    "\(HexadecimalPair(UInt64(bitPattern: series), UInt64(bitPattern: time.milliseconds)))"
  }
}
