import Bytes
import Diagnosis
import Foundation
import KnowledgeBase
import Testing

@Suite("Simulating a leak")
struct SimulationTests {
  private static func parameters(
    _ opens: Double, touches: Double, hours: Double, hazard: Double = 1.0 / 64, seed: UInt64 = 1,
    closeAtZero: CloseAtZero = .article
  ) throws -> SimulationParameters {
    try SimulationParameters(
      opensPerHour: opens, touchesPerHour: touches, hours: hours, hazard: hazard,
      closeAtZero: closeAtZero, seed: seed)
  }

  @Test(
    "wraps after the times that the arithmetic gives",
    arguments: [(3_600.0, 18.2), (60.0, 45.5 * 24)])
  func wrapsAfterTheDesignsTimes(rate: Double, expected: Double) throws {
    let result = try Simulation.run(
      try Self.parameters(rate, touches: 60, hours: 2_000), on: .affected)
    let wrap = try #require(result.wrapAt)
    #expect(abs(wrap.hours - expected) < 0.01 * expected)
    #expect(result.firstDangerousCloseAt?.hours == wrap.hours)
    #expect(result.opensRefusedAt == nil)
    #expect(wrap.time == nil)
  }

  @Test("a fixed kernel refuses and never crashes")
  func aFixedKernelRefusesAndNeverCrashes() throws {
    let result = try Simulation.run(
      try Self.parameters(3_600, touches: 1e6, hours: 1_000, hazard: 1), on: .fixed)
    #expect(result.wrapAt == nil)
    #expect(result.firstDangerousCloseAt == nil)
    #expect(result.chanceFreed == 0)
    #expect(result.chanceCrash == 0)
    #expect(result.staleAccessesOnExit == 0)
    let refused = try #require(result.opensRefusedAt)
    #expect(abs(refused.hours - 65_536.0 / 3_600) < 1e-9)
  }

  @Test("before the wrap nothing happens")
  func beforeTheWrapNothingHappens() throws {
    let result = try Simulation.run(
      try Self.parameters(3_600, touches: 1e6, hours: 18.1), on: .affected)
    #expect(result.wrapAt == nil)
    #expect(result.chanceFreed == 0)
    #expect(result.staleAccessesOnExit == 0)
    #expect(result.events.map(\.event) == [.processExit])
  }

  @Test("an exit after the wrap is the most dangerous moment")
  func anExitAfterTheWrapIsTheMostDangerousMoment() throws {
    let result = try Simulation.run(
      try Self.parameters(3_600, touches: 0, hours: 19), on: .affected)
    #expect(result.chanceFreed == 0)
    #expect(result.staleAccessesOnExit == 65_536)
    #expect(
      result.events.map(\.event) == [
        .countWrapped, .dangerousWindowOpened, .dangerousWindowClosed, .processExit,
      ])
  }

  /// Four standard deviations of a binomial share: one false alarm in 16,000 at another seed.
  @Test(
    "Monte Carlo agrees with the closed form",
    arguments: [
      (3_600.0, 60.0, 19.0), (3_600, 3_600, 19), (100, 60, 2_000), (7, 2, 80_000), (41.2, 8, 9_000),
      (1e6, 5e5, 720), (1e9, 1e9, 87_660), (3_600, 0.5, 87_660), (3_600, 60, 18.2046),
    ], CloseAtZero.allCases)
  func monteCarloAgreesWithTheClosedForm(
    rates: (opens: Double, touches: Double, hours: Double), reading: CloseAtZero
  ) throws {
    for seed in [testSeed, testSeed &+ 1] {
      let parameters = try Self.parameters(
        rates.opens, touches: rates.touches, hours: rates.hours, seed: seed, closeAtZero: reading)
      let exact = Simulation.chanceFreed(parameters, on: .affected)
      let seen = try Simulation.run(parameters, on: .affected).chanceFreed
      let sigma = (exact * (1 - exact) / Double(Simulation.trials)).squareRoot()
      #expect(abs(seen - exact) <= 4 * sigma + 1e-4, "seed \(seed): \(seen) against \(exact)")
    }
  }

  @Test("one window has the chance that the arithmetic gives")
  func oneWindowHasTheChanceOfTheDesign() throws {
    for (rate, touches) in [(3_600.0, 60.0), (100, 60), (41.2, 8)] {
      let parameters = try Self.parameters(rate, touches: touches, hours: 66_000 / rate)
      let design = 1 - exp(-2 * touches / rate)
      #expect(abs(Simulation.chanceFreed(parameters, on: .affected) - design) < 1e-12)
      let other = try Self.parameters(
        rate, touches: touches, hours: 66_000 / rate, closeAtZero: .decrement)
      let half = 1 - exp(-touches / rate)
      #expect(abs(Simulation.chanceFreed(other, on: .affected) - half) < 1e-12)
    }
  }

  /// Single events on the control block itself, at the times that the rates say: the oracle for
  /// the windows, for the chance of a crash and for what a touch does.
  @Test("event by event gives the same chances", arguments: CloseAtZero.allCases)
  func eventByEventGivesTheSameChances(reading: CloseAtZero) throws {
    let (rate, touches, hours, hazard) = (2_000.0, 900.0, 33.0, 1.0 / 64)
    let runs = 2_000
    var random = SplitMix64(seed: testSeed)
    var (freed, crashed) = (0, 0)
    for _ in 0..<runs {
      var block = KeyControlBlock(kernel: .affected, closeAtZero: reading)
      // Touches before the count comes near the wrap can't matter.
      block.open(65_530)
      var opens = 65_530.0
      var touchAt = opens / rate - log(random.unit()) / touches
      var isDown = false
      while !isDown {
        let openAt = (opens + 1) / rate
        var stale: Int64 = 0
        if openAt < touchAt {
          guard openAt <= hours else { break }
          opens += 1
          stale = block.open().stale
        } else {
          guard touchAt <= hours else { break }
          stale = block.open().stale + block.close().stale
          touchAt -= log(random.unit()) / touches
        }
        for _ in 0..<stale where random.unit() < hazard { isDown = true }
        if block.storage == .allocated, block.outstanding == 65_600 { break }
      }
      if block.storage == .freed { freed += 1 }
      if isDown { crashed += 1 }
    }
    let result = try Simulation.run(
      try Self.parameters(
        rate, touches: touches, hours: hours, hazard: hazard, closeAtZero: reading),
      on: .affected)
    for (seen, chance) in [(freed, result.chanceFreed), (crashed, result.chanceCrash)] {
      let sigma = (chance * (1 - chance) / Double(runs)).squareRoot()
      #expect(abs(Double(seen) / Double(runs) - chance) < 4.5 * sigma + 1e-3, "seed \(testSeed)")
    }
  }

  @Test("closes turn leaking opens into background opens")
  func closesTurnLeakingOpensIntoTouches() throws {
    let parameters = try SimulationParameters(
      opensPerHour: 5_000, closesPerHour: 1_400, touchesPerHour: 100, hours: 20)
    let same = try SimulationParameters(opensPerHour: 3_600, touchesPerHour: 1_500, hours: 20)
    #expect(
      try Simulation.run(parameters, on: .affected)
        == Simulation.run(same, on: .affected))
    let none = try SimulationParameters(opensPerHour: 5, closesPerHour: 5, hours: 87_660)
    let result = try Simulation.run(none, on: .affected)
    #expect(result.wrapAt == nil)
    #expect(result.chanceFreed == 0)
  }

  @Test(
    "what is no rate is refused",
    arguments: [
      ("opens_per_hour", [0, -1, 1.1e9, .nan, .infinity]),
      ("closes_per_hour", [-1, 3_601, .nan, .infinity]),
      ("touches_per_hour", [-1, 1.1e9, .nan, .infinity]),
      ("hours", [0, -1, 87_661, .nan, .infinity]),
      ("hazard", [-0.1, 1.1, .nan, .infinity]),
    ] as [(String, [Double])])
  func refusesWhatIsNoRate(name: String, values: [Double]) {
    for value in values {
      let error = #expect(throws: ParameterError.self) {
        try SimulationParameters(
          opensPerHour: name == "opens_per_hour" ? value : 3_600,
          closesPerHour: name == "closes_per_hour" ? value : 0,
          touchesPerHour: name == "touches_per_hour" ? value : 0,
          hours: name == "hours" ? value : 1, hazard: name == "hazard" ? value : 0.5)
      }
      #expect(error?.parameter == name)
      #expect(error?.description.hasPrefix(name) == true)
    }
  }

  @Test(
    "extreme rates give finite numbers",
    arguments: [
      Double.leastNonzeroMagnitude, 1e-300, 1e-9, 1, 65_536, 1e9,
    ], [Double.leastNonzeroMagnitude, 1, 87_660])
  func extremeRatesGiveFiniteNumbers(rate: Double, hours: Double) throws {
    for touches in [0, Double.leastNonzeroMagnitude, 1e9] {
      for hazard in [0, Double.leastNonzeroMagnitude, 1] {
        for kernel in Kernel.allCases {
          let result = try Simulation.run(
            try Self.parameters(rate, touches: touches, hours: hours, hazard: hazard), on: kernel)
          #expect((0...1).contains(result.chanceFreed))
          #expect((0...result.chanceFreed).contains(result.chanceCrash))
          #expect(result.events.count <= Simulation.eventsMax)
          #expect(throws: Never.self) { try JSONEncoder().encode(result) }
        }
      }
    }
  }

  @Test("the same seed gives the same bytes")
  func theSameSeedGivesTheSameBytes() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func bytes(seed: UInt64) throws -> Data {
      try encoder.encode(
        simulate(Self.parameters(3_600, touches: 900, hours: 500, seed: seed)))
    }
    #expect(try bytes(seed: 7) == bytes(seed: 7))
    #expect(try bytes(seed: 7) != bytes(seed: 8))
  }

  @Test("a report has every level of the ladder")
  func aReportHasEveryLevelOfTheLadder() throws {
    let parameters = try Self.parameters(3_600, touches: 60, hours: 48)
    let report = try simulate(parameters)
    #expect(
      report.byServicePack.map(\.servicePack.id)
        == ["RTM", "SP1", "SP2", "SP3", "SP4", "SP5", "SP6", "SP6a", "SRP"])
    for level in report.byServicePack {
      #expect(level.verdict == (level.servicePack < .sp4 ? .affected : .fixed))
      #expect((level.simulation?.wrapAt != nil) == (level.verdict == .affected))
      #expect((level.simulation?.opensRefusedAt != nil) == (level.verdict == .fixed))
    }
    let one = try simulate(
      parameters, product: "windows-nt-server-4.0", servicePack: "Service Pack 3")
    #expect(one.byServicePack.map(\.servicePack.id) == ["SP3"])
    let terminal = try simulate(parameters, product: "windows-nt-server-4.0-terminal-server")
    #expect(!terminal.byServicePack.map(\.servicePack.id).contains("SP1"))
  }

  @Test("a product without a rule is not simulated")
  func aProductWithoutARuleIsNotSimulated() throws {
    let parameters = try Self.parameters(3_600, touches: 60, hours: 48)
    for (product, level) in [("windows-2000", "SP1"), ("exchange-server-5.5", "SP4")] {
      let report = try simulate(parameters, product: product, servicePack: level)
      #expect(report.byServicePack.map(\.servicePack.id) == [level])
      #expect(report.byServicePack.map(\.verdict) == [.notListed])
      #expect(report.byServicePack.allSatisfy { $0.simulation == nil })
      #expect(report.assumptions.count == 1)
      #expect(report.assumptions.first?.hasPrefix("Q179827 does not name ") == true)
    }
    let unknown = try simulate(parameters, product: "no-such-product")
    #expect(unknown.byServicePack.isEmpty)
    #expect(unknown.assumptions.first?.contains("not known to Fixlevel") == true)
  }
}
