/// How pieces of work that don't depend on each other are done. This module has no threads: a caller
/// that has some lends them.
public struct ConcurrentMap: Sendable {
  /// Calls `body` once with each number below `count`, in any order and several at a time if it
  /// likes, and returns after the last call has.
  public typealias Loop = @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

  private let loop: Loop

  /// Work is done by `loop`.
  public init(_ loop: @escaping Loop) { self.loop = loop }

  /// One piece after the other, on the caller's thread.
  public static let sequential = ConcurrentMap { count, body in
    for index in 0..<count { body(index) }
  }

  /// The results for the numbers below `count`, in their order.
  public func map<Result: Sendable>(
    _ count: Int, _ transform: @Sendable (Int) -> Result
  ) -> [Result] {
    var results = [Result?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Each call writes a place of its own.
      nonisolated(unsafe) let places = buffer
      loop(count) { places[$0] = transform($0) }
    }
    return results.compactMap(\.self)
  }

  /// As above until `isCancelled` says so; it is asked before each piece.
  func map<Result: Sendable>(
    _ count: Int, isCancelled: @Sendable () -> Bool, _ transform: @Sendable (Int) -> Result
  ) throws(DiagnosisError) -> [Result] {
    let results = map(count) { isCancelled() ? nil : transform($0) }
    let done = results.compactMap(\.self)
    guard done.count == count else { throw .cancelled }
    return done
  }
}
