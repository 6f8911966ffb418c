import Diagnosis
import Foundation
import Handles
import KnowledgeBase
import Testing

@Suite("The diagnosis of a log")
struct DiagnoseTests {
  typealias Expected = (
    level: String?, situation: String, verdict: Verdict, finding: Finding, wrap: WrapStatus
  )

  private static let expectations: [Expected] = [
    ("SP3", "leaking", .affected, .leaking, .expected),
    ("SP3", "wrapped", .affected, .leaking, .happened),
    ("SP3", "slow", .affected, .leaking, .notExpected),
    ("SP3", "steady", .affected, .steady, .notExpected),
    ("SP3", "high", .affected, .steady, .cannotTell),
    ("SP3", "short", .affected, .insufficientData, .cannotTell),
    ("Service Pack 4", "leaking", .fixed, .leaking, .notExpected),
    ("SP6a", "wrapped", .fixed, .leaking, .notExpected),
    ("SP4", "steady", .fixed, .steady, .notExpected),
    ("SP4", "high", .fixed, .steady, .notExpected),
    ("SP4", "short", .fixed, .insufficientData, .notExpected),
    (nil, "leaking", .unknown, .leaking, .expected),
    (nil, "wrapped", .unknown, .leaking, .happened),
    (nil, "steady", .unknown, .steady, .notExpected),
    ("Windows", "high", .unknown, .steady, .cannotTell),
    ("", "leaking", .affected, .leaking, .expected),
  ]

  @Test("level, leak and wrap together make the verdict", arguments: expectations)
  func levelLeakAndWrap(expected: Expected) throws {
    let diagnosis = try Fixture.diagnosis(
      Fixture.situation(expected.situation), level: expected.level)
    #expect(diagnosis.verdict == expected.verdict)
    #expect(diagnosis.finding == expected.finding)
    #expect(diagnosis.wrap == expected.wrap)
    #expect(diagnosis.summary.hasSuffix("."))
    #expect(!diagnosis.summary.dropLast().contains(". "), "one sentence: \(diagnosis.summary)")
    if expected.situation != "short" || expected.verdict != .fixed {
      #expect(
        diagnosis.advice.isEmpty == (expected.verdict == .fixed && diagnosis.finding == .steady))
    }
  }

  @Test("a wrapped program is not to be ended")
  func aWrappedProgramIsNotToBeEnded() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("wrapped"))
    #expect(diagnosis.summary.contains("do not end EXTRA (PID 212) on PLC-07 before it"))
    #expect(diagnosis.advice.first?.contains("do not end EXTRA") == true)
    #expect(!diagnosis.advice.contains { $0.contains("estart") })
    #expect(diagnosis.processes[0].wrap.pastWraps == 1)
  }

  @Test("a leak ahead of the wrap is to be restarted in time")
  func aLeakAheadOfTheWrapIsToBeRestartedInTime() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("leaking"))
    #expect(diagnosis.summary.hasPrefix("Restart EXTRA (PID 212) on PLC-07 before"))
    #expect(diagnosis.advice.first?.hasPrefix("Restart EXTRA (PID 212) on PLC-07 before") == true)
    #expect(diagnosis.advice.contains { $0.contains("Service Pack 4 or later") })
  }

  @Test("a fixed host that leaks hears of the limit")
  func aFixedHostThatLeaksHearsOfTheLimit() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("leaking"), level: "SP5")
    #expect(diagnosis.summary.contains("won't crash from this bug"))
    #expect(diagnosis.advice.contains { $0.contains("opens of a registry key can be refused") })
    #expect(diagnosis.advice.contains { $0.contains("Have EXTRA corrected") })
  }

  @Test("an unknown level shows both branches")
  func anUnknownLevelShowsBothBranches() throws {
    for situation in ["leaking", "wrapped", "steady", "high", "short"] {
      let diagnosis = try Fixture.diagnosis(Fixture.situation(situation), level: nil)
      #expect(diagnosis.summary.contains("below SP4"), "\(diagnosis.summary)")
      #expect(diagnosis.summary.contains("from SP4 on"), "\(diagnosis.summary)")
    }
  }

  @Test("a steady affected host is told what to watch")
  func aSteadyAffectedHostIsToldWhatToWatch() throws {
    let diagnosis = try Fixture.diagnosis([
      Fixture.series("SMALL", base: 50, perHour: 0), Fixture.series("LARGE", perHour: 0),
    ])
    #expect(diagnosis.summary.contains("watch LARGE"))
  }

  /// Its levels are its own, and nothing is known of them.
  @Test("another product is not listed")
  func anotherProductIsNotListed() throws {
    for (product, levels) in [("exchange-server-5.5", ["RTM", "SP1"]), ("no-such-product", [])] {
      let diagnosis = try Fixture.diagnosis(
        Fixture.situation("leaking"), level: nil, product: product)
      #expect(diagnosis.verdict == .notListed)
      #expect(diagnosis.summary.contains("does not cover this product"))
      #expect(diagnosis.byServicePack.prefix(2).map(\.servicePack.id) == levels)
      #expect(diagnosis.byServicePack.allSatisfy { $0.verdict == .notListed })
      #expect(diagnosis.byServicePack.allSatisfy { $0.simulation == nil })
      #expect(!diagnosis.assumptions.contains { $0.contains("Windows NT Server 4.0") })
      let unknown = diagnosis.assumptions.contains { $0.contains("not known to Fixlevel") }
      #expect(unknown == levels.isEmpty)
    }
  }

  /// Not listed is not the same as not affected: after a wrap the advice is that of an affected one.
  @Test("a wrap on a product that is not listed is not to be ended either")
  func aWrapOnAProductThatIsNotListedIsNotToBeEndedEither() throws {
    let diagnosis = try Fixture.diagnosis(
      Fixture.situation("wrapped"), level: "SP2", product: "windows-nt-3.51")
    #expect(diagnosis.verdict == .notListed && diagnosis.wrap == .happened)
    #expect(diagnosis.summary.contains("Plan a reboot, and do not end EXTRA"))
    #expect(!diagnosis.summary.dropLast().contains(". "), "\(diagnosis.summary)")
    #expect(diagnosis.advice.first?.contains("do not end EXTRA") == true)
    #expect(!diagnosis.advice.contains { $0.contains("estart EXTRA") })
  }

  @Test("without a product the server is assumed")
  func withoutAProductTheServerIsAssumed() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("leaking"), product: nil)
    #expect(diagnosis.verdict == .affected)
    #expect(diagnosis.host.product == nil)
    #expect(diagnosis.assumptions.contains { $0.contains("No product was named") })
    #expect(diagnosis.byServicePack.count == 9)
  }

  @Test("a level that the product never had is an error")
  func aLevelThatTheProductNeverHadIsAnError() {
    let error = #expect(throws: DiagnosisError.self) {
      try Fixture.diagnosis([], level: "SP1", product: "windows-nt-server-4.0-terminal-server")
    }
    guard case .unknownLevel? = error else { return #expect(error == nil) }
  }

  @Test("the forecast is what the rate says")
  func theForecastIsWhatTheRateSays() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("leaking"))
    let process = try #require(diagnosis.processes.first)
    let last = try #require(process.to)
    let expected = try #require(process.wrap.expectedAt)
    let handles = try #require(process.handles)
    #expect(process.wrap.remainingOpens == 65_536 - (handles.last - handles.min))
    #expect(abs(expected.hours(since: last) - Double(process.wrap.remainingOpens) / 100) < 3)
    let earliest = try #require(process.wrap.earliest)
    let latest = try #require(process.wrap.latest)
    #expect(earliest <= expected && expected <= latest)
    #expect(process.restarts == 0)
    #expect(process.samples == 600)
  }

  @Test("every level is simulated from the present on")
  func everyLevelIsSimulatedFromThePresentOn() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("leaking"))
    let process = try #require(diagnosis.processes.first)
    #expect(diagnosis.byServicePack.count == 9)
    for level in diagnosis.byServicePack {
      let simulation = try #require(level.simulation)
      let at = level.verdict == .affected ? simulation.wrapAt : simulation.opensRefusedAt
      #expect(at?.time == process.wrap.expectedAt)
      #expect((simulation.chanceFreed > 0) == (level.verdict == .affected))
      #expect((simulation.staleAccessesOnExit > 0) == (level.verdict == .affected))
    }
  }

  @Test("a wrap within the log is replayed")
  func aWrapWithinTheLogIsReplayed() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("wrapped"))
    let last = try #require(diagnosis.processes.first?.to)
    let affected = try #require(diagnosis.byServicePack.first?.simulation)
    let wrap = try #require(affected.wrapAt)
    #expect(wrap.hours < 0)
    #expect(try #require(wrap.time) < last)
    // The noise of the log closes a few handles at the wrap: in the worst case of this key.
    #expect(affected.chanceFreed > 0.02)
    let fixed = try #require(diagnosis.byServicePack.last?.simulation)
    #expect(try #require(fixed.opensRefusedAt).hours < 0)
    #expect(fixed.chanceCrash == 0)
  }

  /// The kernel counts per key: two processes of one program wrap twice as early.
  @Test("processes of one program are added")
  func processesOfOneProgramAreAdded() throws {
    let one = try Fixture.diagnosis([Fixture.series(perHour: 450)])
    let two = try Fixture.diagnosis([
      Fixture.series(pid: 1, perHour: 450), Fixture.series(pid: 2, perHour: 450),
    ])
    #expect(one.wrap == .expected)
    #expect(two.wrap == .happened)
    let apart = try Fixture.diagnosis([
      Fixture.series(pid: 1, perHour: 450), Fixture.series("OTHER", pid: 2, perHour: 450),
    ])
    #expect(apart.wrap == .expected)
    let hosts = try Fixture.diagnosis([
      Fixture.series(host: "A", perHour: 450), Fixture.series(host: "B", perHour: 450),
    ])
    #expect(hosts.wrap == .expected)
    #expect(hosts.processes.map(\.host) == ["A", "B"])
    #expect(two.processes.map(\.host) == [nil, nil])
  }

  /// An ended process has closed its handles: it doesn't count any more and has no forecast.
  @Test("an ended process is not forecast")
  func anEndedProcessIsNotForecast() throws {
    let ended = Fixture.series(pid: 1, samples: 300, perHour: 100)
    let young = Fixture.series(pid: 2, samples: 300, from: 300, perHour: 0)
    let diagnosis = try Fixture.diagnosis([ended, young])
    #expect(diagnosis.processes[0].leak.finding == .leaking)
    #expect(diagnosis.processes[0].wrap.expectedAt == nil)
    #expect(diagnosis.processes[1].leak.finding == .steady)
  }

  /// Two runs that together leak more than 65,536 handles, but neither does.
  @Test("an ended process's handles are closed")
  func anEndedProcessesHandlesAreClosed() throws {
    let ended = Fixture.series(pid: 1, samples: 300, perHour: 800)
    let young = Fixture.series(pid: 2, samples: 300, from: 300, perHour: 800)
    let diagnosis = try Fixture.diagnosis([ended, young])
    #expect(diagnosis.wrap == .expected)
    let remaining = diagnosis.processes[1].wrap.remainingOpens
    #expect((25_000...26_000).contains(remaining))
    let wrap = try #require(diagnosis.byServicePack.first?.simulation?.wrapAt)
    #expect(abs(wrap.hours - Double(remaining) / 800) < 0.5)
  }

  /// The same within one series, which shows the restart only by its fall.
  @Test("a restart closes what its run leaked")
  func aRestartClosesWhatItsRunLeaked() throws {
    let first = Fixture.series(samples: 300, perHour: 800)
    let second = Fixture.series(samples: 300, from: 300, perHour: 800)
    var both = first
    both.samples += second.samples
    let diagnosis = try Fixture.diagnosis([both])
    #expect(diagnosis.processes[0].restarts == 1)
    #expect(diagnosis.finding == .leaking)
    #expect(diagnosis.wrap == .expected)
    #expect((25_000...26_000).contains(diagnosis.processes[0].wrap.remainingOpens))
  }

  /// A program that is started anew every two hours under a new PID, each run too short to tell.
  @Test("a leak hidden by new process IDs is seen")
  func aLeakHiddenByNewPIDsIsSeen() throws {
    let series = (0..<12).map { index in
      Fixture.series(
        pid: Int64(index), samples: 11, from: 12 * index, perHour: 400)
    }
    #expect(try Fixture.diagnosis([series[0]]).finding == .insufficientData)
    let diagnosis = try Fixture.diagnosis(series)
    #expect(diagnosis.finding == .leaking)
    #expect(diagnosis.processes.last?.leak.reasons.contains { $0.contains("other PIDs") } == true)
  }

  @Test("the same request gives the same bytes")
  func theSameRequestGivesTheSameBytes() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let series = Fixture.situation("leaking") + Fixture.situation("wrapped")
    let bytes = try encoder.encode(Fixture.diagnosis(series, seed: 5))
    for _ in 0..<3 { #expect(try encoder.encode(Fixture.diagnosis(series, seed: 5)) == bytes) }
  }

  /// The contract's keys, each of them, also where there is nothing to say.
  @Test("the JSON has the contract's keys", arguments: ["leaking", "steady", "short"])
  func theJSONHasTheContractsKeys(situation: String) throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation(situation))
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(diagnosis))
    let root = try #require(object as? [String: Any])
    func keys(_ value: Any?) -> Set<String> {
      Set((value as? [String: Any])?.keys.map { $0 } ?? [])
    }
    #expect(
      keys(root) == [
        "article", "format", "host", "verdict", "finding", "wrap", "summary", "advice",
        "processes", "by_service_pack", "related", "assumptions", "rejected", "deadlines", "as_of",
        "data_age_seconds", "time_zone", "chances_until",
      ])
    #expect(keys(root["host"]) == ["name", "product", "service_pack"])
    let process = try #require((root["processes"] as? [Any])?.first as? [String: Any])
    #expect(
      keys(process) == [
        "process", "pid", "samples", "from", "to", "restarts", "handles", "leak", "wrap",
        "limits",
      ])
    #expect(keys(process["handles"]) == ["first", "last", "min", "max"])
    #expect(
      keys(process["leak"]) == [
        "finding", "handles_per_hour", "interval", "p_value", "since", "reasons",
      ])
    #expect(
      keys(process["wrap"]) == [
        "expected_at", "interval", "remaining_opens", "past_wraps", "past_wrap_times",
      ])
    let level = try #require((root["by_service_pack"] as? [Any])?.first as? [String: Any])
    #expect(keys(level) == ["service_pack", "verdict", "simulation"])
    #expect(
      keys(level["simulation"]).isSuperset(of: [
        "wrap_at", "first_dangerous_close_at", "chance_freed", "chance_crash", "opens_refused_at",
      ]))
    #expect((root["host"] as? [String: Any])?["name"] as? String == "PLC-07")
  }

  @Test("rejected rows pass through")
  func rejectedRowsPassThrough() throws {
    let row = RejectedRow(line: 3, column: 2, detail: "not a number")
    let diagnosis = try diagnose(
      DiagnosisRequest(series: [], format: "csv", rejected: [row]))
    #expect(diagnosis.rejected == [row])
    #expect(diagnosis.finding == .insufficientData)
    #expect(diagnosis.wrap == .cannotTell)
    #expect(diagnosis.format == "csv")
  }
}
