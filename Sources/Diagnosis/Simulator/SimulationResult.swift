public import Handles

/// A point of a simulation: hours from its start and, where the start is known, the time.
public struct Moment: Hashable, Sendable, Encodable {
  /// Hours since the start; negative for what a replayed log shows before its last sample.
  public var hours: Double
  /// Nil where the simulation has no start in time.
  public var time: Timestamp?

  /// `hours` after `start`.
  public init(hours: Double, start: Timestamp?) {
    self.hours = hours
    time = start.flatMap { $0.adding(hours: hours) }
  }

  /// The time where it is known, else the hours as a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let time { try container.encode(time) } else { try container.encode(hours) }
  }
}

/// Something that happens to the simulated key.
public struct SimulationEvent: Hashable, Sendable, Encodable {
  /// What can happen.
  public enum Kind: String, Hashable, Sendable, Encodable, CaseIterable {
    /// The 65,536th open made the count 0.
    case countWrapped = "count_wrapped"
    /// From here a close frees the block while handles are open.
    case dangerousWindowOpened = "dangerous_window_opened"
    /// The count has moved on; closes are harmless again until the next wrap.
    case dangerousWindowClosed = "dangerous_window_closed"
    /// The block of a key was freed too early: in a replayed log as seen, else in the middle trial.
    case blockFreed = "block_freed"
    /// The machine went down in the middle trial.
    case crash
    /// A fixed kernel refuses the open that would wrap the count.
    case opensRefused = "opens_refused"
    /// The leaking program ends when the simulated time does: all of its handles are closed.
    case processExit = "process_exit"
  }

  /// Hours since the start.
  public var atHours: Double
  /// The time, where the simulation has a start in time.
  public var at: Timestamp?
  /// What happens.
  public var event: Kind
  /// Accesses to freed pool that the event makes, where it makes any.
  public var staleAccesses: Int64?

  /// An event at `hours` after `start`.
  public init(_ event: Kind, hours: Double, start: Timestamp?, staleAccesses: Int64? = nil) {
    self.event = event
    atHours = hours
    at = start.flatMap { $0.adding(hours: hours) }
    self.staleAccesses = staleAccesses
  }

  private enum CodingKeys: String, CodingKey {
    case atHours = "at_hours"
    case at, event
    case staleAccesses = "stale_accesses"
  }
}

/// What the simulator saw on one kernel. Of several keys the times are the first one's.
public struct SimulationResult: Hashable, Sendable {
  /// The open that makes the count 0; nil if it doesn't come within the simulated time.
  public var wrapAt: Moment?
  /// From here a close frees the block while handles are open; nil if that doesn't come.
  public var firstDangerousCloseAt: Moment?
  /// Share of trials in which the block of any key was freed too early within the simulated time, 0 to 1.
  public var chanceFreed: Double
  /// Share of trials in which the machine went down within the simulated time, 0 to 1.
  public var chanceCrash: Double
  /// The first open that a fixed kernel refuses; nil on affected kernels or if it doesn't come.
  public var opensRefusedAt: Moment?
  /// Accesses to freed pool if the program ends when the simulated time does and nothing was
  /// freed before.
  public var staleAccessesOnExit: Int64
  /// In order of time, at most `Simulation.eventsMax`.
  public var events: [SimulationEvent]
  /// Whether the JSON lists the events: a diagnosis leaves them out, they repeat on every level.
  public var listsEvents = true
}

extension SimulationResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case wrapAt = "wrap_at"
    case firstDangerousCloseAt = "first_dangerous_close_at"
    case chanceFreed = "chance_freed"
    case chanceCrash = "chance_crash"
    case opensRefusedAt = "opens_refused_at"
    case staleAccessesOnExit = "stale_accesses_on_exit"
    case events
  }

  /// Absent moments are written as null: the keys are part of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(wrapAt, forKey: .wrapAt)
    try container.encode(firstDangerousCloseAt, forKey: .firstDangerousCloseAt)
    try container.encode(chanceFreed, forKey: .chanceFreed)
    try container.encode(chanceCrash, forKey: .chanceCrash)
    try container.encode(opensRefusedAt, forKey: .opensRefusedAt)
    try container.encode(staleAccessesOnExit, forKey: .staleAccessesOnExit)
    if listsEvents { try container.encode(events, forKey: .events) }
  }
}
