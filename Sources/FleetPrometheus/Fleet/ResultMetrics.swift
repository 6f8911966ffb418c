import Diagnosis
import Fleet
import KnowledgeBase
import Telemetry

/// The metrics by which results go back to the engine. Times are seconds since 1970.
enum ResultMetrics {
  // Of a host, which lists are read from.

  /// When the diagnosis was made that says what the labels say; the newest of a host counts.
  static let outcome = "fixlevel_host_outcome"
  /// The newest sample that it knows.
  static let lastSample = "fixlevel_host_sample_timestamp_seconds"
  /// When the count of a key will wrap, where that is expected: the next of all processes.
  static let hostWrap = "fixlevel_host_wrap_expected_timestamp_seconds"
  /// 0 the article doesn't list it, 1 fixed, 2 unknown, 3 affected.
  static let verdict = "fixlevel_verdict"

  /// Those that lists are read from.
  static let ofHosts = [outcome, hostWrap, lastSample]

  // Of a process that leaks or is suspected to.

  /// 2 suspected, 3 leaking.
  static let finding = "fixlevel_finding"
  static let leak = "fixlevel_leak_handles_per_hour"
  /// The ends of its 95 % interval.
  static let leakLower = "fixlevel_leak_handles_per_hour_lower"
  static let leakUpper = "fixlevel_leak_handles_per_hour_upper"
  static let wrap = "fixlevel_wrap_expected_timestamp_seconds"

  /// Adds what a diagnosis says.
  static func append(_ assessment: HostAssessment, to writes: inout WriteBatches) {
    let (host, outcome, time) = (assessment.host.name, assessment.outcome, assessment.diagnosed)
    func write(_ metric: String, _ value: Double?, _ labels: [String: String] = [:]) {
      guard let value else { return }
      var labels = labels
      labels[PrometheusSeries.nameLabel] = metric
      labels["host"] = host
      writes.append(labels, time, value)
    }
    write(Self.outcome, assessment.diagnosed.seconds, labels(of: outcome))
    write(lastSample, assessment.processes.compactMap(\.to).max()?.seconds)
    write(hostWrap, outcome.wrapAt?.seconds)
    write(verdict, code(outcome.verdict))
    for process in assessment.processes {
      guard let code = code(process.leak.finding) else { continue }
      let labels = labels(of: process)
      write(finding, code, labels)
      write(leak, process.leak.handlesPerHour, labels)
      write(leakLower, process.leak.interval?.lowerBound, labels)
      write(leakUpper, process.leak.interval?.upperBound, labels)
      write(wrap, process.wrap.expectedAt?.seconds, labels)
    }
  }

  private static func labels(of outcome: FleetHost.Outcome) -> [String: String] {
    [
      "product": outcome.product ?? "", "service_pack": outcome.level ?? "",
      "verdict": outcome.verdict.rawValue, "finding": outcome.finding.rawValue,
      "wrap": outcome.wrap.rawValue,
    ]
  }

  /// What the labels of `outcome` say; nil where they are of another version.
  static func outcome(_ labels: [String: String]) -> FleetHost.Outcome? {
    guard let verdict = labels["verdict"].flatMap(Verdict.init(rawValue:)),
      let finding = labels["finding"].flatMap(Finding.init(rawValue:)),
      let wrap = labels["wrap"].flatMap(WrapStatus.init(rawValue:))
    else { return nil }
    return FleetHost.Outcome(
      product: labels["product"], level: labels["service_pack"], verdict: verdict,
      finding: finding, wrap: wrap, wrapAt: nil)
  }

  private static func labels(of process: ProcessDiagnosis) -> [String: String] {
    [
      "process": process.process, "process_id": process.pid.map { "\($0)" } ?? "",
      "process_instance": process.instance == 0 ? "" : "\(process.instance)",
    ]
  }

  private static func code(_ verdict: Verdict) -> Double {
    switch verdict {
    case .notListed, .notApplicable: 0
    case .fixed: 1
    case .unknown: 2
    case .affected: 3
    }
  }

  private static func code(_ finding: Finding) -> Double? {
    switch finding {
    case .leaking: 3
    case .suspected: 2
    case .steady, .insufficientData: nil
    }
  }
}
