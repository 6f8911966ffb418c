/// What a worker thread keeps from one request to the next, such as a database connection of its
/// own. It never leaves its thread, so nothing in it is locked.
public final class Worker {
  private var kept: [ObjectIdentifier: Any] = [:]

  /// A worker that keeps nothing yet.
  public init() {}

  /// This worker's value, made at the first use; an error is not kept, so the next use tries anew.
  public func value<Value>(of local: WorkerLocal<Value>) throws -> Value {
    let key = ObjectIdentifier(local)
    if let entry = kept[key] as? Entry<Value> { return entry.value }
    let entry = Entry(local: local, value: try local.make())
    kept[key] = entry
    return entry.value
  }

  /// Holds the key too: no other one can get its identity.
  private struct Entry<Value> {
    let local: WorkerLocal<Value>
    let value: Value
  }
}

/// Names a value of which each worker has one: how it is made, on the worker's own thread. The value
/// goes when its worker ends, on that thread too.
public final class WorkerLocal<Value>: Sendable {
  fileprivate let make: @Sendable () throws -> Value

  /// A value that `make` makes once for each worker that needs it.
  public init(_ make: @escaping @Sendable () throws -> Value) {
    self.make = make
  }
}
