import Bytes
import Handles

/// What the counters of the object Process are called by Windows in other languages.
///
/// typeperf, relog and Performance Monitor write the names of the installed language. They differ
/// between releases, so a count of handles is known by the word for handle, which no other counter of
/// that object has. Files in a code page instead of Unicode have the same words in other bytes.
enum CounterNames {
  /// Whether a name is that of the object Process: English, German, French, Spanish, Italian and
  /// Portuguese, Dutch and Polish, Russian, Japanese, Chinese, Korean.
  static func isProcessObject(_ name: Span<UInt8>) -> Bool {
    name.isOne(of: objects) || codePageObjects.contains { name.equals($0) }
  }

  /// Nil for counters of something else.
  static func counter(_ name: Span<UInt8>) -> CounterPath.Counter? {
    if name.isOne(of: english) { return .count(.handles) }
    if name.isOne(of: processIDs) || codePageProcessIDs.contains(where: { name.equals($0) }) {
      return .processID
    }
    if name.isOne(of: gdiNames) { return .count(.gdiObjects) }
    if name.isOne(of: userNames) { return .count(.userObjects) }
    guard name.count <= nameBytesMax else { return nil }
    let lower = name.copied().map(\.lowercased)
    // A word alone, such as `handle64`, may be a process.
    guard name.isOne(of: ["handleanzahl"]) || lower.contains(where: { $0 == 0x20 || $0 >= 0x80 })
    else { return nil }
    return handleWords.contains { lower.contains($0) } ? .count(.handles) : nil
  }

  /// As Telegraf writes a counter's name: with underscores for blanks.
  static func counter(underscored name: Span<UInt8>) -> CounterPath.Counter? {
    let blank = name.copied().map { $0 == UInt8(ascii: "_") ? ASCII.space : $0 }
    return counter(blank.span)
  }

  private static let english = ["handle count"]
  private static let nameBytesMax = 128

  private static let objects = [
    "process", "prozess", "processus", "proceso", "processo", "proces", "Процесс", "процесс",
    "プロセス", "进程", "處理程序", "處理序", "프로세스",
  ]

  private static let processIDs = [
    "id process", "process id", "prozesskennung", "prozess-id", "id de processus",
    "id du processus", "id processus", "id. de proceso", "id de proceso", "id. proceso",
    "identificador de proceso", "id processo", "id. processo", "id do processo",
    "processo de identificação", "identificador do processo", "proces-id", "process-id",
    "identyfikator procesu", "Идентификатор процесса", "идентификатор процесса", "プロセス id",
    "进程 id", "进程标识符", "處理程序識別碼", "處理程序 id", "프로세스 id",
  ]

  private static let gdiNames = ["gdi objects", "gdi-objekte"]
  private static let userNames = ["user objects", "user-objekte"]

  /// Parts of names, without the capitals of ASCII: `Handle Count`, `Handleanzahl`, `Nombre de
  /// handles`, `Número de identificadores`, `Aantal ingangen`, `Liczba dojść` and so on.
  private static let handleWords: [[UInt8]] =
    [
      "handle", "identificadores", "ingangen", "liczba doj", "uchwyt", "дескриптор", "Дескриптор",
      "ハンドル", "句柄", "控制代碼", "핸들",
    ].map { Array($0.utf8) } + [
      // The same in the code pages 1251, 866, 932, 936, 950 and 949.
      [0xE4, 0xE5, 0xF1, 0xEA, 0xF0, 0xE8, 0xEF, 0xF2, 0xEE, 0xF0],
      [0xA4, 0xA5, 0xE1, 0xAA, 0xE0, 0xA8, 0xAF, 0xE2, 0xAE, 0xE0],
      // The second byte of each letter can be one of ASCII, which was made small.
      [0x83, 0x6E, 0x83, 0x93, 0x83, 0x68, 0x83, 0x8B], [0xBE, 0xE4, 0xB1, 0xFA],
      [0xB1, 0xB1, 0xA8, 0xEE, 0xA5, 0x6E, 0xBD, 0x78], [0xC7, 0xDA, 0xB5, 0xE9],
    ]

  /// The object in the code pages 1251, 866, 932, 936, 950 and 949, as typed and in small letters.
  private static let codePageObjects: [[UInt8]] = [
    [0xCF, 0xF0, 0xEE, 0xF6, 0xE5, 0xF1, 0xF1], [0xEF, 0xF0, 0xEE, 0xF6, 0xE5, 0xF1, 0xF1],
    [0x8F, 0xE0, 0xAE, 0xE6, 0xA5, 0xE1, 0xE1], [0xAF, 0xE0, 0xAE, 0xE6, 0xA5, 0xE1, 0xE1],
    [0x83, 0x76, 0x83, 0x8D, 0x83, 0x5A, 0x83, 0x58], [0xBD, 0xF8, 0xB3, 0xCC],
    [0xB3, 0x42, 0xB2, 0x7A, 0xB5, 0x7B, 0xA7, 0xC7],
    [0xC7, 0xC1, 0xB7, 0xCE, 0xBC, 0xBC, 0xBD, 0xBA],
  ]

  /// The Russian name of the counter of PIDs in the code pages 1251 and 866.
  private static let codePageProcessIDs: [[UInt8]] = [
    [0xC8, 0xE4, 0xE5, 0xED, 0xF2, 0xE8, 0xF4, 0xE8, 0xEA, 0xE0, 0xF2, 0xEE, 0xF0, 0x20]
      + [0xEF, 0xF0, 0xEE, 0xF6, 0xE5, 0xF1, 0xF1, 0xE0],
    [0x88, 0xA4, 0xA5, 0xAD, 0xE2, 0xA8, 0xE4, 0xA8, 0xAA, 0xA0, 0xE2, 0xAE, 0xE0, 0x20]
      + [0xAF, 0xE0, 0xAE, 0xE6, 0xA5, 0xE1, 0xE1, 0xA0],
  ]
}

/// What names of counters mean that come again and again, in the same order in each row.
struct KnownCounters: Sendable {
  private var known: [(name: [UInt8], counter: CounterPath.Counter?)] = []
  private var next = 0
  private static let knownMax = 256

  /// As `CounterNames.counter(underscored:)`.
  mutating func counter(underscored name: Span<UInt8>) -> CounterPath.Counter? {
    if next < known.count, name.equals(known[next].name) {
      defer { next += 1 }
      return known[next].counter
    }
    if let place = known.firstIndex(where: { name.equals($0.name) }) {
      next = place + 1
      return known[place].counter
    }
    let counter = CounterNames.counter(underscored: name)
    if known.count < Self.knownMax { known.append((name.copied(), counter)) }
    next = known.count
    return counter
  }
}
