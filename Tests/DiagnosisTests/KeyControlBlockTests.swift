import Bytes
import Foundation
import Handles
import Testing

@testable import Diagnosis

/// `FIXLEVEL_TEST_SEED` in the environment replays a failing run.
let testSeed =
  ProcessInfo.processInfo.environment["FIXLEVEL_TEST_SEED"].flatMap { UInt64($0) } ?? 179_827

/// The table of the design, one event at a time, written without a look at the implementation.
struct ReferenceKey: Equatable {
  var fixed: Bool
  var decrement: Bool
  var count = 0
  var outstanding = 0
  var state = "released"
  var stale = 0
  var refused = 0

  mutating func open() {
    switch state {
    case "released":
      state = "allocated"
      count = 1
      outstanding = 1
    case "allocated":
      if fixed, count == 65_535 {
        refused += 1
      } else {
        count = (count + 1) % 65_536
        outstanding += 1
      }
    default:
      stale += 1
      outstanding += 1
    }
  }

  mutating func close() {
    guard outstanding > 0 else { return }
    outstanding -= 1
    guard state == "allocated" else {
      stale += 1
      return
    }
    if count == 1 || (count == 0 && !decrement) {
      count = 0
      state = outstanding == 0 ? "released" : "freed"
    } else {
      count = (count + 65_535) % 65_536
    }
  }

  func agrees(with block: KeyControlBlock) -> Bool {
    count == Int(block.openInstances) && outstanding == Int(block.outstanding)
      && state == block.storage.rawValue && stale == Int(block.staleAccesses)
      && refused == Int(block.refusedOpens)
  }
}

@Suite("The 16-bit count of open handles")
struct KeyControlBlockTests {
  @Test("open number 65,536 makes the count zero")
  func theOpen65536MakesTheCountZero() {
    var block = KeyControlBlock(kernel: .affected)
    #expect(block.open().made == 1)
    #expect(block.open(65_534).wraps == 0)
    #expect(block.openInstances == 65_535)
    #expect(block.open().wraps == 1)
    #expect(block.openInstances == 0)
    #expect(block.outstanding == 65_536)
    #expect(block.storage == .allocated)
  }

  @Test("the article's close at zero frees too early")
  func theArticlesCloseAtZeroFreesTooEarly() {
    var block = KeyControlBlock(kernel: .affected, closeAtZero: .article)
    block.open(65_536)
    #expect(block.close().freedTooEarly == 1)
    #expect(block.storage == .freed)
    #expect(block.outstanding == 65_535)
    #expect(block.open().stale == 1)
    #expect(block.close().stale == 1)
    #expect(block.staleAccesses == 2)
  }

  @Test("the other reading decrements at zero")
  func theOtherReadingDecrementsAtZero() {
    var block = KeyControlBlock(kernel: .affected, closeAtZero: .decrement)
    block.open(65_536)
    #expect(block.close().freedTooEarly == 0)
    #expect(block.openInstances == 65_535)
    block.open(2)
    #expect(block.openInstances == 1)
    #expect(block.close().freedTooEarly == 1)
  }

  /// With everything closed in order, the other reading comes out even.
  @Test("decrement releases a whole wrap properly")
  func decrementReleasesAWholeWrapProperly() {
    var block = KeyControlBlock(kernel: .affected, closeAtZero: .decrement)
    block.open(65_536)
    let effect = block.exit(handles: 65_536)
    #expect(effect.released == 1)
    #expect(effect.stale == 0)
  }

  @Test(
    "exit after the wrap makes tens of thousands of stale accesses",
    arguments: [(65_536, 65_535), (65_537, 65_536), (70_000, 65_536), (131_072, 131_071)])
  func exitAfterTheWrapMakesTensOfThousandsOfStaleAccesses(handles: Int, stale: Int) {
    var block = KeyControlBlock(kernel: .affected)
    block.open(Int64(handles))
    let effect = block.exit(handles: Int64(handles))
    #expect(effect.freedTooEarly == 1)
    #expect(effect.stale == Int64(stale))
    #expect(block.outstanding == 0)
    #expect(block.storage == .freed)
  }

  /// Two processes wrap the count together, and the end of one frees what the other still uses.
  @Test("an exit hits the other processes of the key")
  func anExitHitsTheOtherProcessesOfTheKey() {
    var block = KeyControlBlock(kernel: .affected)
    #expect(block.open(40_000).wraps == 0)
    #expect(block.open(40_000).wraps == 1)
    let first = block.exit(handles: 40_000)
    #expect(first.freedTooEarly == 1)
    #expect(first.stale == 40_000 - (80_000 - 65_536))
    #expect(block.outstanding == 40_000)
    #expect(block.exit(handles: 40_000).stale == 40_000)
    #expect(block.open().stale == 1)
  }

  @Test("exit before the wrap is the cure", arguments: [1, 2, 1_000, 65_535])
  func exitBeforeTheWrapIsTheCure(handles: Int) {
    var block = KeyControlBlock(kernel: .affected)
    block.open(Int64(handles))
    let effect = block.exit(handles: Int64(handles))
    #expect(effect.released == 1)
    #expect(effect.stale == 0)
    #expect(block.storage == .released)
    #expect(block.openInstances == 0)
  }

  @Test("a fixed kernel refuses the open that would wrap")
  func aFixedKernelRefusesTheOpenThatWouldWrap() {
    var block = KeyControlBlock(kernel: .fixed)
    #expect(block.open(65_535).refused == 0)
    let before = block
    let effect = block.open()
    #expect(effect.refused == 1)
    #expect(effect.wraps == 0)
    #expect(block.refusedOpens == 1)
    #expect(block.outstanding == before.outstanding)
    #expect(block.openInstances == before.openInstances)
    #expect(block.open(1_000_000).refused == 1_000_000)
    #expect(block.exit(handles: 65_535).released == 1)
    #expect(block.staleAccesses == 0)
  }

  @Test("closing with nothing open does nothing", arguments: Kernel.allCases, CloseAtZero.allCases)
  func closingWithNothingOpenDoesNothing(kernel: Kernel, reading: CloseAtZero) {
    var block = KeyControlBlock(kernel: kernel, closeAtZero: reading)
    let new = block
    #expect(block.close().ignoredCloses == 1)
    #expect(block.close(.max).ignoredCloses == .max)
    #expect(block == new)
    for count in [Int64.min, -1, 0] {
      #expect(block.open(count) == KeyControlBlock.Effect())
      #expect(block.close(count) == KeyControlBlock.Effect())
    }
    #expect(block == new)
  }

  @Test("huge counts do not overflow", arguments: Kernel.allCases, CloseAtZero.allCases)
  func hugeCountsDoNotOverflow(kernel: Kernel, reading: CloseAtZero) {
    var block = KeyControlBlock(kernel: kernel, closeAtZero: reading)
    for _ in 0..<4 {
      let effect = block.open(.max)
      #expect(effect.refused > 0)
    }
    #expect(block.outstanding <= KeyControlBlock.maximumOutstanding)
    #expect(block.refusedOpens == .max)
    for _ in 0..<4 { block.close(.max) }
    #expect(block.outstanding == 0)
    block.open(.max)
    block.close(.max)
    #expect(block.outstanding == 0)
  }

  /// Long sequences of true single steps, through two wraps and back.
  @Test(
    "many steps at once equal single steps through whole wraps",
    arguments: Kernel.allCases, CloseAtZero.allCases)
  func bulkEqualsSingleStepsThroughWholeWraps(kernel: Kernel, reading: CloseAtZero) {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<3 {
      var bulk = KeyControlBlock(kernel: kernel, closeAtZero: reading)
      var single = bulk
      var reference = ReferenceKey(fixed: kernel == .fixed, decrement: reading == .decrement)
      for _ in 0..<4 {
        let opens = Int64.random(in: 0...80_000, using: &random)
        let closes = Int64.random(in: 0...20_000, using: &random)
        var effect = KeyControlBlock.Effect()
        for _ in 0..<opens {
          effect = effect + single.open()
          reference.open()
        }
        #expect(bulk.open(opens) == effect, "seed \(testSeed)")
        effect = KeyControlBlock.Effect()
        for _ in 0..<closes {
          effect = effect + single.close()
          reference.close()
        }
        #expect(bulk.close(closes) == effect, "seed \(testSeed)")
        #expect(bulk == single, "seed \(testSeed)")
        #expect(reference.agrees(with: bulk), "seed \(testSeed): \(reference) \(bulk)")
      }
    }
  }

  /// A million short sequences that start just below or above a wrap, where everything happens.
  @Test("many steps at once equal single steps for a million sequences")
  func bulkEqualsSingleStepsForAMillionSequences() {
    print("bulkEqualsSingleStepsForAMillionSequences: FIXLEVEL_TEST_SEED=\(testSeed)")
    var random = SplitMix64(seed: testSeed)
    var differences = 0
    var first = ""
    for sequence in 0..<1_000_000 {
      let bits = random.next()
      let kernel: Kernel = bits & 3 == 0 ? .fixed : .affected
      let reading: CloseAtZero = bits & 4 == 0 ? .article : .decrement
      var block = KeyControlBlock(kernel: kernel, closeAtZero: reading)
      var reference = ReferenceKey(fixed: kernel == .fixed, decrement: reading == .decrement)
      let before = start(bits >> 3)
      block.open(Int64(before))
      place(&reference, at: before)
      var steps = bits >> 16
      for _ in 0..<4 {
        let count = Int64(steps & 7)
        if steps & 8 == 0 {
          block.open(count)
          for _ in 0..<count { reference.open() }
        } else {
          block.close(count)
          for _ in 0..<count { reference.close() }
        }
        steps >>= 4
      }
      if !reference.agrees(with: block) {
        differences += 1
        if first.isEmpty { first = "sequence \(sequence): \(reference) \(block)" }
      }
    }
    #expect(differences == 0, "seed \(testSeed), \(first)")
  }

  /// Every sequence of ten opens and closes from every count near a wrap, the same events in bulk.
  @Test(
    "many steps at once equal the table for every short sequence",
    arguments: Kernel.allCases, CloseAtZero.allCases)
  func bulkEqualsTheTableForEveryShortSequence(kernel: Kernel, reading: CloseAtZero) {
    var differences = 0
    for before in [0, 1, 2, 65_533, 65_534, 65_535, 65_536, 65_537, 65_538, 131_071, 131_072] {
      for sequence in 0..<1_024 {
        var block = KeyControlBlock(kernel: kernel, closeAtZero: reading)
        var reference = ReferenceKey(fixed: kernel == .fixed, decrement: reading == .decrement)
        block.open(Int64(before))
        place(&reference, at: before)
        var (change, event) = (Int64(0), 0)
        while event < 10 {
          let opens = sequence >> event & 1 == 1
          if opens { reference.open() } else { reference.close() }
          change += opens ? 1 : -1
          event += 1
          // A bulk ends where the next event is of the other kind.
          guard event == 10 || (sequence >> event & 1 == 1) != opens else { continue }
          if !block.count(change) { block.move(change) }
          change = 0
          if !reference.agrees(with: block) { differences += 1 }
        }
      }
    }
    #expect(differences == 0)
  }

  private func start(_ bits: UInt64) -> Int {
    switch bits & 3 {
    case 0: Int(bits >> 2 & 7)
    case 1: 131_072 - 4 + Int(bits >> 2 & 7)
    default: 65_536 - 4 + Int(bits >> 2 & 7)
    }
  }

  /// What `opens` single opens do, as the test through whole wraps has shown step by step.
  private func place(_ key: inout ReferenceKey, at opens: Int) {
    guard opens > 0 else { return }
    key.state = "allocated"
    key.outstanding = key.fixed ? min(opens, 65_535) : opens
    key.refused = opens - key.outstanding
    key.count = key.outstanding % 65_536
  }
}
