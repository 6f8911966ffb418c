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

    private static let gdiNames = ["gdi objects", "gdi-objekte"]
    private static let userNames = ["user objects", "user-objekte"]
    private static let handleNames = ["handle count", "handleanzahl", "anzahl der handles"]
    private static let pidNames = ["id process", "process id", "prozesskennung"]

    /// Nil for counters of something else.
    init?(named name: Span<UInt8>) {
      if name.isOne(of: Self.handleNames) {
        self = .count(.handles)
      } else if name.isOne(of: Self.pidNames) {
        self = .processID
      } else if name.isOne(of: Self.gdiNames) {
        self = .count(.gdiObjects)
      } else if name.isOne(of: Self.userNames) {
        self = .count(.userObjects)
      } else {
        return nil
      }
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

  /// In English and German, whose names are certain.
  static let objects = ["process", "prozess"]
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
    guard isVersioned || object.isOne(of: Self.objects), let named = Counter(named: counterName)
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
    process = try Name.read(name.extracting(rest), bytesMax: nameBytesMax)
    self.host = try Name.readWindowsHost(cell.extracting(host), bytesMax: nameBytesMax)
  }
}
