import Handles
import KnowledgeBase

/// Whether the counts can be those of a Windows NT, whose count of a registry key can wrap.
enum HostKind: Hashable {
  /// A product is named, and nothing says that it isn't Windows NT or doesn't run on it.
  case named
  /// No product is named, and nothing in the upload says what it is.
  case unnamed
  /// It can't be Windows NT.
  case other(OperatingSystem)

  var canBeWindowsNT: Bool {
    switch self {
    case .named, .unnamed: true
    case .other: false
    }
  }
}

/// The kind of a host and what it was taken from.
struct HostReading {
  let kind: HostKind
  /// What the upload shows that no Windows NT has; nil where the product alone decided.
  private(set) var evidence: String?
  /// Whether the upload decided it, not a product.
  private var isFromEvidence = false
  /// Said where the upload and the named product disagree.
  private(set) var disagreement: String?

  /// Hard evidence beats a named product; soft evidence counts only where none is named.
  init(_ request: DiagnosisRequest) {
    let system = request.host.product.flatMap(request.catalogue.operatingSystem(named:))
    var (hard, soft): (String?, String?)
    for one in request.evidence {
      switch one {
      case .hard(let text): hard = hard ?? text
      case .soft(let text): soft = soft ?? text
      }
    }
    hard = hard ?? Self.evidence(in: request.series)
    evidence = hard
    switch system {
    case .laterWindows, .windowsOnDOS, .unix:
      kind = .other(system ?? .laterWindows)
    case .windowsNT, nil:
      isFromEvidence = hard != nil || (soft != nil && request.host.product == nil)
      if let hard {
        kind = .other(Self.system(hard, request.series))
        if let product = request.host.product {
          disagreement =
            "Check the product: \(product) was named, but the upload can't come from it, because "
            + "\(hard). This answer goes by the upload."
        }
      } else if request.host.product != nil {
        kind = .named
      } else if let soft {
        evidence = soft
        kind = .other(.laterWindows)
      } else {
        kind = .unnamed
      }
    }
  }

  /// What must be said about it.
  var notes: [String] {
    guard case .other = kind, let evidence, isFromEvidence, disagreement == nil else { return [] }
    return ["No product was named, but \(evidence)."]
  }

  /// What the series themselves say.
  private static func evidence(in series: [HandleSeries]) -> String? {
    if series.contains(where: { $0.resource == .fileDescriptors }) {
      return "it counts file descriptors, which only Unix has"
    }
    let later = series.first { laterPrograms.contains(ProcessRole.baseName($0.process)) }
    return later.map { "it shows the process \($0.process), which needs a later Windows" }
  }

  /// Programs that Windows NT 4.0 can't run or doesn't have.
  private static let laterPrograms: Set = [
    "wininit", "dwm", "dockerd", "containerd", "kubelet", "fontdrvhost", "runtimebroker", "sihost",
    "lsaiso", "msmpeng", "searchindexer",
  ]

  private static func system(_ evidence: String, _ series: [HandleSeries]) -> OperatingSystem {
    if series.contains(where: { $0.resource == .fileDescriptors }) { return .unix }
    let text = evidence.lowercased()
    let marks = ["unix", "linux", "process_open_fds", "/proc", "file descriptor", "process_files"]
    return marks.contains { holds(text, $0) } ? .unix : .laterWindows
  }

  private static func holds(_ text: String, _ part: String) -> Bool {
    let (text, part) = (Array(text.utf8), Array(part.utf8))
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
  }
}

extension HandleSeries {
  /// What is counted: on Unix the handles of a process are its file descriptors.
  func resource(on kind: HostKind) -> HandleResource {
    resource == .handles && kind == .other(.unix) ? .fileDescriptors : resource
  }
}
