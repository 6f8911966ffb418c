import Bytes
import Handles

/// `\\HOST\Process(EXTRA#1)\Handle Count`, taken apart.
///
/// Performance Monitor numbers the instances of one name from the oldest, without a number, over
/// `#1` upwards. The numbers move down when a sibling exits, so `EXTRA#1` may become another
/// process in the middle of a log. Only the `ID Process` counter tells: with it each PID is a
/// series of its own.
struct CounterPath: Sendable, Equatable {
  enum Counter: Sendable, Hashable {
    case count(HandleResource)
    case processID

    /// What it counts.
    var resource: HandleResource {
      if case .count(let resource) = self { resource } else { .handles }
    }

    /// Nil for counters of something else.
    init?(named name: Span<UInt8>) {
      guard let counter = CounterNames.counter(name) else { return nil }
      self = counter
    }
  }

  var host: String?
  var process: String
  var instance = 0
  /// `Process V2` writes `EXTRA:1234`.
  var pid: Int64?
  var counter: Counter
  /// Whether the object is `Process V2`.
  var isVersioned = false

  private static let versionedObject = "process v2"

  /// Nil for a cell that is no process's handle count or PID.
  init?(_ cell: Span<UInt8>, nameBytesMax: Int) throws(FieldFault) {
    var start = 0
    var host = 0..<0
    if cell.count > 2, cell[0] == ASCII.backslash, cell[1] == ASCII.backslash {
      guard let end = cell.first(ASCII.backslash, in: 2..<cell.count) else { return nil }
      host = 2..<end
      start = end
    }
    guard start < cell.count, cell[start] == ASCII.backslash,
      let open = cell.first(UInt8(ascii: "("), in: start + 1..<cell.count),
      let end = cell.last(ASCII.backslash, in: open + 1..<cell.count),
      end - 1 > open, cell[end - 1] == UInt8(ascii: ")")
    else { return nil }
    let object = cell.extracting(start + 1..<open)
    let counterName = cell.extracting(end + 1..<cell.count)
    isVersioned = object.isOne(of: [Self.versionedObject])
    guard isVersioned || CounterNames.isProcessObject(object),
      let named = Counter(named: counterName)
    else { return nil }
    counter = named

    let name = cell.extracting(open + 1..<end - 1)
    var rest = 0..<name.count
    if isVersioned, let (numbered, number) = InstanceName.split(name, at: ASCII.colon) {
      rest = numbered
      pid = Int64(number)
    } else if let (numbered, number) = InstanceName.split(name, at: InstanceName.mark) {
      rest = numbered
      instance = number
    }
    if InstanceName.isNoProcess(name.extracting(rest)) { return nil }
    process = try Name.read(name.extracting(rest), bytesMax: nameBytesMax, in: .codePage)
    self.host = try Name.readWindowsHost(cell.extracting(host), bytesMax: nameBytesMax)
  }
}
