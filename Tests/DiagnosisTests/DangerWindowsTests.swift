import Diagnosis
import Testing

@Suite("Windows in which a key is freed too early")
struct DangerWindowsTests {
  /// The control block itself says at which counts an open and a close free it too early.
  @Test("a pair frees the block exactly in a window", arguments: CloseAtZero.allCases)
  func aPairFreesTheBlockExactlyInAWindow(reading: CloseAtZero) {
    for wrap in [65_536, 131_072, 655_360] as [Int64] {
      for leaked in (wrap - 6)...(wrap + 6) {
        var block = KeyControlBlock(kernel: .affected, closeAtZero: reading)
        block.open(leaked)
        block.open()
        let frees = block.close().freedTooEarly == 1
        let windows = DangerWindows(leakPerHour: 1, outstanding: leaked, closeAtZero: reading)
        #expect((windows.firstWindow <= 0) == frees, "\(leaked)")
        #expect((windows.exposure(within: 0.5) > 0) == frees, "\(leaked)")
      }
    }
  }

  @Test("time and exposure are inverse")
  func timeAndExposureAreInverse() {
    for outstanding in [0, 65_534, 65_535, 65_536, 65_537, 200_000] as [Int64] {
      let windows = DangerWindows(
        leakPerHour: 50, outstanding: outstanding, closeAtZero: .article)
      for exposure in [0.01, 0.03, 0.05, 0.2, 1.234] {
        let time = windows.time(ofExposure: exposure)
        #expect(abs(windows.exposure(within: time) - exposure) < 1e-6, "\(outstanding)")
      }
    }
    let first = DangerWindows(leakPerHour: 1, outstanding: 0, closeAtZero: .article)
    #expect(first.time(ofExposure: 0.5) == 65_535.5)
    #expect(first.exposure(within: 65_535) == 0)
    #expect(first.exposure(within: 65_540) == 2)
    #expect(first.end(ofWindow: 0) == 65_537)
  }

  @Test("without a leak nothing moves")
  func withoutALeakNothingMoves() {
    let far = DangerWindows(leakPerHour: 0, outstanding: 5, closeAtZero: .article)
    #expect(far.exposure(within: 100) == 0)
    #expect(far.time(ofExposure: 1) == .infinity)
    #expect(far.chanceFreed(pairsPerHour: 60, within: 100) == 0)
    let inside = DangerWindows(leakPerHour: 0, outstanding: 65_535, closeAtZero: .article)
    #expect(inside.exposure(within: 100) == 100)
    #expect(inside.time(ofExposure: 7) == 7)
  }

  /// However slow a leak is: no more time in a window than has passed, and all of it.
  @Test("a window that hardly moves is as one that stays", arguments: [1e-18, 1e-17, 1e-15, 1e-12])
  func aWindowThatHardlyMovesIsAsOneThatStays(leakPerHour: Double) {
    for outstanding in [65_535, 65_536, 131_072] as [Int64] {
      let inside = DangerWindows(
        leakPerHour: leakPerHour, outstanding: outstanding, closeAtZero: .article)
      #expect(inside.exposure(within: 100) == 100, "\(outstanding)")
    }
  }
}
