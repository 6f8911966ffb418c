import Bytes
import Diagnosis
public import Handles
/// Which samples of a host are wanted.
public struct SeriesSelection: Sendable {
  /// Only series of the process with this name, spelled as in the upload; nil for all.
  public var process: String?
  /// The first and the last time, both included.
  public var from: Timestamp?
  /// The last time, included; nil for no limit.
  public var to: Timestamp?
  /// Milliseconds of which one sample is given, the highest; nil gives all.
  public var step: Int64?
  /// Samples at most, at least one: the rest comes with the page's cursor.
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

/// Some samples of a host.
public struct SeriesPage: Sendable {
  /// In an order of the store that stays, samples in order of time. A series that is cut goes on with
  /// the next page.
  public var series: [HandleSeries] = []
  /// Nil if these are the last.
  public var next: SeriesCursor?

  /// An empty page, with no page behind it.
  public init() {}
}

/// The first sample of a page: samples that come before it later are not given any more.
public struct SeriesCursor: Hashable, Sendable, CustomStringConvertible {
  /// What the store orders series by.
  public let series: Int64
  /// The sample's.
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
