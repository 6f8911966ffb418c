import HTTPWire
import Meters
import System

// New connections: from the listener to their first turn.
extension Reactor {
  func accept(upTo count: Int) {
    guard let number = listener?.number else { return }
    for _ in 0..<count {
      switch Accepting.one(from: number) {
      case .connection(let socket, let client):
        admit(FileDescriptor(owning: socket), from: client)
      case .none: return
      case .retry: continue
      case .exhausted:
        // No file descriptor is free. The listener stays readable, so look away for a while
        // instead of spinning.
        poller.modify(number, [], token: Self.listenerToken)
        acceptResumes = clock.reading.now.advanced(byMilliseconds: 100)
        return
      }
    }
  }

  private func admit(_ socket: consuming FileDescriptor, from client: ClientAddress) {
    let isCounted = shared.enter()
    shared.meter.connections.add()
    guard isCounted || shared.mayRefusePolitely(beingRefused: beingRefused) else { return }
    generation = generation == .max ? 1 : generation + 1
    let connection = Connection(
      socket, from: client, generation: generation, isCounted: isCounted, shared: shared,
      ids: ids, meter: meter, now: clock.reading.now)
    while slots.count <= connection.slot { slots.append(nil) }
    slots[connection.slot] = connection
    open += 1
    if !isCounted { beingRefused += 1 }
    withBuffers(connection) {
      if isCounted {
        // The first request is mostly there already, and many connections bring no other.
        guard connection.receive(at: clock.reading) else { return false }
      } else {
        connection.conversation.refuse(.tooManyConnections, at: clock.reading)
      }
      return proceed(connection)
    }
  }

  func resumeAccepting() {
    guard let resumes = acceptResumes, resumes <= clock.reading.now else { return }
    acceptResumes = nil
    guard let number = listener?.number else { return }
    poller.modify(number, .input, token: Self.listenerToken)
  }

  /// Takes no further connection: the kernel refuses them from now on.
  func closeListener() {
    acceptResumes = nil
    if let number = listener?.number { poller.remove(number) }
    listener = nil
  }
}
