import Synchronization

/// A number that only grows, counted by any thread without a lock.
public struct Counter: ~Copyable, Sendable {
  private let count = Atomic<UInt64>(0)

  /// 0.
  public init() {}

  /// What was counted so far.
  public var value: UInt64 { count.load(ordering: .relaxed) }

  /// Counts `step` more; a negative one counts nothing.
  public func add(_ step: Int = 1) {
    count.wrappingAdd(UInt64(max(step, 0)), ordering: .relaxed)
  }
}

/// A number that goes up and down, set by any thread without a lock.
public struct Gauge: ~Copyable, Sendable {
  private let number = Atomic<Int>(0)

  /// 0.
  public init() {}

  /// What it is now.
  public var value: Int { number.load(ordering: .relaxed) }

  /// Sets it.
  public func set(_ value: Int) { number.store(value, ordering: .relaxed) }

  /// Changes it.
  public func add(_ step: Int) { number.wrappingAdd(step, ordering: .relaxed) }
}

/// Counts of answers by their status code, one place for each code that this program answers with.
public struct StatusCounter: ~Copyable, Sendable {
  /// The codes that are told apart; another one counts as 0.
  static let codes = [
    0, 200, 204, 303, 304, 308, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 417, 421, 422,
    429, 431, 500, 501, 502, 503, 505, 507,
  ]

  private let counters = InlineArray<27, Counter> { _ in Counter() }

  /// No answers.
  public init() {}

  /// Counts one answer.
  public func add(_ code: Int) {
    counters[Self.codes.firstIndex(of: code) ?? 0].add()
  }

  /// The codes that were counted, ascending.
  public var values: [(code: Int, count: UInt64)] {
    Self.codes.indices.compactMap { index in
      let count = counters[index].value
      return count > 0 ? (Self.codes[index], count) : nil
    }
  }
}
