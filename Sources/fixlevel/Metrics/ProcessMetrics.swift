import Foundation
import Meters
import Synchronization

/// What every program tells Prometheus of itself
/// (prometheus.io/docs/instrumenting/writing_clientlibs, "Process metrics").
final class ProcessMetrics: Sendable {
  private let started = Date.now.timeIntervalSince1970
  /// Counting open files takes a while where there are thousands of connections: once a second will do.
  private let openFiles = Mutex((count: 0, counted: ContinuousClock.Instant?.none))

  func write(to text: inout MetricsText) {
    text.begin("fixlevel_build_info", .gauge, "1; the version is in the label.")
    text.sample("fixlevel_build_info", [("version", Fixlevel.version)], 1)
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      text.single(
        "process_cpu_seconds_total", .counter, "Processor time, of the program and the kernel.",
        Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime))
    }
    if let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
      let sizes = pages.split(separator: " ").prefix(2).compactMap { Int($0) }
      if sizes.count == 2 {
        let pageBytes = Int(getpagesize())
        text.single(
          "process_virtual_memory_bytes", .gauge, "Virtual memory.", sizes[0] &* pageBytes)
        text.single(
          "process_resident_memory_bytes", .gauge, "Resident memory.", sizes[1] &* pageBytes)
      }
    }
    text.single("process_open_fds", .gauge, "Open file descriptors.", openFileCount())
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      text.single(
        "process_max_fds", .gauge, "File descriptors that may be open.", UInt64(limit.rlim_cur))
    }
    text.single(
      "process_start_time_seconds", .gauge, "When the process began, since 1970.", started)
  }

  private func openFileCount() -> Int {
    openFiles.withLock { files in
      let now = ContinuousClock.now
      if let counted = files.counted, counted.duration(to: now) < .seconds(1) { return files.count }
      let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      files = (names?.count ?? 0, now)
      return files.count
    }
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }
}
