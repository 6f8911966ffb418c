import Diagnosis
import Fleet
import Handles
import KnowledgeBase
import UseCases
import Web

/// `/fleet`: all hosts at a glance, the next wraps, and the list.
struct FleetPage {
  /// A group of hosts, with the list of them behind it.
  struct Group {
    var label: String
    var colour: String
    var hosts: Int
    /// Of all diagnosed hosts, for its bar.
    var percent: Int
    var path: String
  }

  struct Row {
    var name: String
    var path: String
    /// Nil where it isn't known.
    var product: String?
    var level: String
    var verdict: String
    var verdictLabel: String
    var finding: String
    var findingColour: String
    var wrap: String
    var lastSample: String
  }

  struct Choice {
    var value: String
    var label: String
    var selected: Bool
  }

  private static let verdictOrder: [Verdict] = [
    .affected, .unknown, .fixed, .notListed, .notApplicable,
  ]

  var path = Route.fleetPage.path()
  var signOutPath = Route.signOut.path()
  var tenant: String
  var hosts: String
  var isEmpty: Bool
  var notDiagnosed: String?
  var findings: [Group]
  var levels: [Group]
  var verdicts: [Group]
  var nearest: [Row]
  var hasNearest: Bool
  var list: [Row]
  var listIsEmpty: Bool
  var isFiltered: Bool
  var next: String?
  var levelChoices: [Choice]
  var verdictChoices: [Choice]
  var findingChoices: [Choice]

  init(
    _ summary: FleetSummary, page: HostPage, selection: HostSelection, tenant: String,
    catalogue: ProductCatalogue, now: Timestamp
  ) {
    self.tenant = tenant
    let diagnosed = summary.hosts - summary.unassessed
    hosts = summary.hosts == 1 ? "1 host" : "\(summary.hosts) hosts"
    isEmpty = summary.hosts == 0
    notDiagnosed = summary.unassessed > 0 ? "\(summary.unassessed) not diagnosed yet" : nil
    func group(
      _ label: String, _ colour: String, _ hosts: Int?, _ name: String, _ value: String
    ) -> Group {
      let hosts = hosts ?? 0
      return Group(
        label: label, colour: colour, hosts: hosts,
        percent: diagnosed > 0 ? hosts * 100 / diagnosed : 0,
        path: Target(Route.fleetPage.path(), [(name, value)]).text)
    }
    findings = Finding.allCases.map {
      group($0.label, $0.colour, summary.byFinding[$0.rawValue], "finding", $0.rawValue)
    }
    verdicts = Self.verdictOrder.map {
      group($0.label, $0.rawValue, summary.byVerdict[$0.rawValue], "verdict", $0.rawValue)
    }.filter { $0.hosts > 0 }
    let known = catalogue.levels.map(\.id)
    let names =
      known.filter { summary.byLevel[$0] != nil }
      + summary.byLevel.keys.filter { !known.contains($0) }.sorted()
    levels = names.map { group(Self.label($0), "level", summary.byLevel[$0], "level", $0) }
    nearest = summary.nearest.map { Row($0, catalogue, now) }
    hasNearest = !nearest.isEmpty
    list = page.items.map { Row($0, catalogue, now) }
    listIsEmpty = list.isEmpty
    isFiltered = selection.level != nil || selection.verdict != nil || selection.finding != nil
    next = page.next.map { cursor in
      Target(
        Route.fleetPage.path(),
        [
          ("level", selection.level), ("verdict", selection.verdict?.rawValue),
          ("finding", selection.finding?.rawValue), ("cursor", cursor.description),
        ]
      ).text
    }
    levelChoices = names.map {
      Choice(value: $0, label: Self.label($0), selected: $0 == selection.level)
    }
    verdictChoices = Self.verdictOrder.map {
      Choice(value: $0.rawValue, label: $0.label, selected: $0 == selection.verdict)
    }
    findingChoices = Finding.allCases.map {
      Choice(value: $0.rawValue, label: $0.label, selected: $0 == selection.finding)
    }
  }

  private static func label(_ level: String) -> String {
    level == FormChoices.unknownLevel ? "not known" : level
  }
}

extension FleetPage.Row {
  init(_ host: FleetHost, _ catalogue: ProductCatalogue, _ now: Timestamp) {
    name = host.name
    path = Route.hostPath(host.name)
    let shown = ShownHost(host, catalogue)
    let outcome = shown.outcome
    product = shown.product.map { catalogue.product(named: $0)?.name ?? $0 }
    level = shown.servicePack ?? "not known"
    verdict = outcome?.verdict.rawValue ?? "unknown"
    verdictLabel = outcome?.verdict.label ?? "not diagnosed"
    finding = outcome?.finding.label ?? "not diagnosed"
    findingColour = outcome?.finding.colour ?? "unknown"
    wrap = outcome.map { Self.wrap($0, now) } ?? ""
    lastSample = host.lastSample.map(HumanText.minutes) ?? ""
  }

  private static func wrap(_ outcome: FleetHost.Outcome, _ now: Timestamp) -> String {
    let next = outcome.wrapAt.map(HumanText.minutes)
    switch outcome.wrap {
    case .happened: return "has wrapped" + (next.map { ", next expected \($0)" } ?? "")
    case .expected:
      let isOverdue = outcome.wrapAt.map { $0 <= now } ?? false
      return isOverdue ? "overdue, was expected \(next ?? "")" : "expected \(next ?? "")"
    case .notExpected: return "not expected"
    case .cannotTell: return "cannot tell"
    }
  }
}
