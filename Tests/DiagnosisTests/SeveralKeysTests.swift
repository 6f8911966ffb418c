import Bytes
import Foundation
import Handles
import Testing

@testable import Diagnosis

/// A leak that is spread over several keys, each with a count of its own.
@Suite("Leaks spread over several keys")
struct SeveralKeysTests {
  private static func parameters(
    _ opens: Double, touches: Double, hours: Double, hazard: Double = 1.0 / 64, keys: Int,
    seed: UInt64 = 1
  ) throws -> SimulationParameters {
    try SimulationParameters(
      opensPerHour: opens, touchesPerHour: touches, hours: hours, hazard: hazard, keys: keys,
      seed: seed)
  }

  /// What the simulator said of one key before it knew several, bit for bit.
  @Test("one key gives the numbers it always gave")
  func oneKeyGivesTheNumbersItAlwaysGave() throws {
    let first = try Simulation.run(
      Self.parameters(3_600, touches: 60, hours: 720, keys: 1), on: .affected)
    #expect(first.chanceFreed == 0.723)
    #expect(first.chanceCrash == 0.723)
    #expect(first.events.first { $0.event == .blockFreed }?.atHours == 382.2935463232968)
    #expect(first.events.first { $0.event == .crash }?.atHours == 382.33416666666665)
    let second = try Simulation.run(
      Self.parameters(41.2, touches: 8, hours: 9_000, keys: 1), on: .affected)
    #expect(second.chanceFreed == 0.8553)
    #expect(second.events.first { $0.event == .crash }?.atHours == 3_183.3737864077666)
    #expect(second.staleAccessesOnExit == 327_680)
  }

  @Test("every key wraps or refuses after its own opens", arguments: [2, 7, 256])
  func everyKeyWrapsOrRefusesAfterItsOwnOpens(keys: Int) throws {
    let hours = 18.5 * Double(keys)
    let parameters = try Self.parameters(3_600, touches: 0, hours: hours, keys: keys)
    let wrap = 65_536.0 * Double(keys) / 3_600
    let affected = try Simulation.run(parameters, on: .affected)
    #expect(abs(try #require(affected.wrapAt).hours - wrap) < 1e-9 * wrap)
    #expect(affected.events.count { $0.event == .countWrapped } == 1)
    // What each key holds at the end, of all keys.
    let held = Int64((3_600 / Double(keys) * hours).rounded(.down))
    #expect(affected.staleAccessesOnExit == (held - held % 65_536) * Int64(keys))
    let fixed = try Simulation.run(parameters, on: .fixed)
    #expect(abs(try #require(fixed.opensRefusedAt).hours - wrap) < 1e-9 * wrap)
    #expect(fixed.staleAccessesOnExit == 0)
  }

  /// Four standard deviations of a binomial share: one false alarm in 16,000 at another seed.
  @Test(
    "Monte Carlo agrees with the closed form",
    arguments: [
      (2, 3_600.0, 60.0, 40.0), (3, 3_600, 3_600, 55), (8, 100, 60, 16_000), (5, 41.2, 8, 60_000),
      (256, 1e6, 5e5, 720), (256, 1e9, 1e9, 87_660), (64, 3_600, 0.5, 87_660),
      (2, 3_600, 60, 36.4092),
    ])
  func monteCarloAgreesWithTheClosedForm(
    keys: Int, opens: Double, touches: Double, hours: Double
  ) throws {
    for seed in [testSeed, testSeed &+ 1] {
      let parameters = try Self.parameters(
        opens, touches: touches, hours: hours, keys: keys, seed: seed)
      let exact = Simulation.chanceFreed(parameters, on: .affected)
      let seen = try Simulation.run(parameters, on: .affected).chanceFreed
      let sigma = (exact * (1 - exact) / Double(Simulation.trials)).squareRoot()
      #expect(abs(seen - exact) <= 4 * sigma + 1e-4, "seed \(seed): \(seen) against \(exact)")
    }
  }

  /// In one window of k keys, which lasts k times as long as one key's, fall 2uk/r pairs.
  @Test("one window of all keys has its own chance")
  func oneWindowOfAllKeysHasItsOwnChance() throws {
    let parameters = try Self.parameters(3_600, touches: 60, hours: 4 * 18.5, keys: 4)
    let chance = 1 - exp(-2 * 60 * 4 / 3_600.0)
    #expect(abs(Simulation.chanceFreed(parameters, on: .affected) - chance) < 1e-12)
  }

  /// Single events on one control block for each key: the oracle for several keys freed one after the
  /// other and for the hazard of all of them together.
  @Test("event by event gives the same chances", arguments: [2, 5], [1.0 / 64, 0.002])
  func eventByEventGivesTheSameChances(keys: Int, hazard: Double) throws {
    let (rate, touches, runs) = (2_000.0 * Double(keys), 1_500.0 * Double(keys), 1_000)
    let hours = 32.85
    var random = SplitMix64(seed: testSeed)
    var (freed, crashed) = (0, 0)
    for _ in 0..<runs {
      // Touches before the counts come near the wrap can't matter.
      var block = KeyControlBlock(kernel: .affected)
      block.open(65_530)
      var blocks = [KeyControlBlock](repeating: block, count: keys)
      var opens = 65_530.0
      var touchAt = opens * Double(keys) / rate - log(random.unit()) / touches
      var isDown = false
      while !isDown {
        let openAt = (opens + 1) * Double(keys) / rate
        guard min(openAt, touchAt) <= hours else { break }
        var stale: Int64 = 0
        if openAt < touchAt {
          opens += 1
          for key in blocks.indices { stale += blocks[key].open().stale }
        } else {
          let key = Int.random(in: 0..<keys, using: &random)
          stale = blocks[key].open().stale + blocks[key].close().stale
          touchAt -= log(random.unit()) / touches
        }
        for _ in 0..<stale where random.unit() < hazard { isDown = true }
      }
      if blocks.contains(where: { $0.storage == .freed }) { freed += 1 }
      if isDown { crashed += 1 }
    }
    let result = try Simulation.run(
      Self.parameters(rate, touches: touches, hours: hours, hazard: hazard, keys: keys),
      on: .affected)
    for (seen, chance) in [(freed, result.chanceFreed), (crashed, result.chanceCrash)] {
      let sigma = (chance * (1 - chance) / Double(runs)).squareRoot()
      #expect(
        abs(Double(seen) / Double(runs) - chance) < 4.5 * sigma + 1e-3,
        "seed \(testSeed): \(seen) of \(runs) against \(chance)")
    }
  }

  @Test("what is no number of keys is refused", arguments: [Int.min, -1, 0, 257, Int.max])
  func refusesWhatIsNoNumberOfKeys(keys: Int) {
    let error = #expect(throws: ParameterError.self) {
      try Self.parameters(1, touches: 1, hours: 1, keys: keys)
    }
    #expect(error?.parameter == "keys")
  }

  @Test("the report says how many keys")
  func theReportSaysHowManyKeys() throws {
    let several = try simulate(Self.parameters(3_600, touches: 60, hours: 48, keys: 3))
    #expect(several.assumptions.contains { $0.contains("over 3 keys") })
    let one = try simulate(Self.parameters(3_600, touches: 60, hours: 48, keys: 1))
    #expect(!one.assumptions.contains { $0.contains("over 1 key") })
  }

  /// The most that any parameters cost: where no access is ever fatal, each trial frees every key.
  @Test("the work is bounded", arguments: [1, 256], [Double.leastNonzeroMagnitude, 1.0 / 64])
  func theWorkIsBounded(keys: Int, hazard: Double) throws {
    for (opens, touches) in [(1e9, 1e9), (1e9, 1e-9), (1e-9, 1e9), (1e7, 1e9)] {
      let parameters = try Self.parameters(
        opens, touches: touches, hours: 87_660, hazard: hazard, keys: keys)
      var trials = Trials(
        parameters: parameters,
        windows: DangerWindows(
          leakPerHour: parameters.leakPerKeyAndHour, outstanding: 0, closeAtZero: .article),
        history: Simulation.History())
      try trials.run(alreadyFreed: false) { false }
      #expect(trials.draws <= Simulation.trials * (2 + keys))
      #expect((0...1).contains(trials.chanceCrash))
    }
  }

  /// Cancelled at whichever question, there is no answer.
  @Test("a cancelled simulation ends")
  func aCancelledSimulationEnds() throws {
    let parameters = try Self.parameters(3_600, touches: 60, hours: 720, keys: 4)
    var asked = 0
    _ = try simulate(parameters) {
      asked += 1
      return false
    }
    #expect(asked == Simulation.trials / Trials.trialsAtOnce)
    for moment in 0..<asked {
      var left = moment
      #expect(throws: DiagnosisError.cancelled, "after \(moment)") {
        try simulate(parameters) {
          left -= 1
          return left < 0
        }
      }
      #expect(left == -1)
    }
  }
}
