import Handles
import Telemetry
import Testing

/// Performance logs of Windows in other languages.
@Suite("Names of counters in other languages")
struct CounterNameTests {
  static let names: [(object: String, handles: String, pid: String)] = [
    ("Process", "Handle Count", "ID Process"), ("Prozess", "Handleanzahl", "Prozesskennung"),
    ("Processus", "Nombre de handles", "ID de processus"),
    ("Proceso", "Número de identificadores", "Id. de proceso"),
    ("Processo", "Conteggio handle", "ID processo"),
    ("Processo", "Número de Identificadores", "Processo de identificação"),
    ("Proces", "Aantal ingangen", "Proces-id"),
    ("Proces", "Liczba dojść", "Identyfikator procesu"),
    ("Процесс", "Счетчик дескрипторов", "Идентификатор процесса"),
    ("プロセス", "ハンドル数", "プロセス ID"), ("进程", "句柄数", "进程 ID"), ("處理程序", "控制代碼計數", "處理程序識別碼"),
    ("프로세스", "핸들 수", "프로세스 ID"),
  ]

  private static func log(_ names: (object: String, handles: String, pid: String)) -> String {
    let columns = [names.handles, names.pid, "% x"].map {
      #""\\PLC-07\\#(names.object)(EXTRA)\\#($0)""#
    }
    return """
      "(PDH-CSV 4.0) (GMT Standard Time)(0)",\(columns.joined(separator: ","))\r
      "11/16/2023 08:00:00.000","812","212","1.5"\r

      """
  }

  @Test("logs of every language", arguments: names.indices)
  func languages(index: Int) {
    let upload = decode(Self.log(Self.names[index])).upload
    #expect(upload?.outline == ["PLC-07/EXTRA(212)=812"])
    #expect(upload?.rejected == [])
  }

  /// As relog writes CSV: Russian in the code pages of Windows and of the console, then Japanese,
  /// Chinese and Korean.
  @Test("logs in code pages")
  func codePages() {
    let logs: [(object: [UInt8], handles: [UInt8])] = [
      (
        [0xCF, 0xF0, 0xEE, 0xF6, 0xE5, 0xF1, 0xF1],
        [0xE4, 0xE5, 0xF1, 0xEA, 0xF0, 0xE8, 0xEF, 0xF2, 0xEE, 0xF0, 0xEE, 0xE2]
      ),
      (
        [0x8F, 0xE0, 0xAE, 0xE6, 0xA5, 0xE1, 0xE1],
        [0xA4, 0xA5, 0xE1, 0xAA, 0xE0, 0xA8, 0xAF, 0xE2, 0xAE, 0xE0, 0xAE, 0xA2]
      ),
      (
        [0x83, 0x76, 0x83, 0x8D, 0x83, 0x5A, 0x83, 0x58],
        [0x83, 0x6E, 0x83, 0x93, 0x83, 0x68, 0x83, 0x8B, 0x90, 0x94]
      ),
      ([0xBD, 0xF8, 0xB3, 0xCC], [0xBE, 0xE4, 0xB1, 0xFA, 0xCA, 0xFD]),
      (
        [0xB3, 0x42, 0xB2, 0x7A, 0xB5, 0x7B, 0xA7, 0xC7],
        [0xB1, 0xB1, 0xA8, 0xEE, 0xA5, 0x4E, 0xBD, 0x58]
      ),
      (
        [0xC7, 0xC1, 0xB7, 0xCE, 0xBC, 0xBC, 0xBD, 0xBA],
        [0xC7, 0xDA, 0xB5, 0xE9, 0x20, 0xBC, 0xF6]
      ),
    ]
    for (object, handles) in logs {
      let bytes =
        Array("\"(PDH-CSV 4.0) (X)(0)\",\"\\\\A\\".utf8) + object + Array("(P)\\".utf8) + handles
        + Array("\"\n\"11/16/2023 08:00:00\",\"812\"\n".utf8)
      #expect(decode(bytes).upload?.outline == ["A/P=812"])
    }
  }

  @Test("UTF-16 without a mark, in either order")
  func unmarked() {
    let text = Self.log(Self.names[0])
    for isBigEndian in [false, true] {
      let bytes = Array(utf16(text, isBigEndian: isBigEndian).dropFirst(2))
      #expect(decode(bytes).upload == decode(text).upload)
    }
  }

  @Test(
    "what stands for a zone may be cut",
    arguments: ["(Paris, Madrid (heure d", "(Mitteleurop", "()", "(?????)(", "(GMT)(abc)"])
  func zones(zone: String) {
    let text = """
      "(PDH-CSV 4.0) \(zone)","\\\\SRV1\\Process(appsvc)\\Handle Count"
      "07/13/2023 08:00:00.668","840"

      """
    let upload = decode(text).upload
    #expect(upload?.series.first?.samples.first?.time.description == "2023-07-13T08:00:00.668Z")
    #expect(upload?.notes.contains { $0.contains("UTC") } == true)
  }

  @Test("a prompt may stand before the header, and a console may have broken it")
  func consoles() {
    let header =
      #""(PDH-CSV 4.0)","\\SRV1\Process(sqlceip#1)\Handle Count","\\SRV1\Process(x)\Handle Count""#
    let row = "\"11/16/2023 08:00:00.269\",\"840.000000\",\"301.000000\"\r\n"
    let prompt = "C:\\Windows>typeperf \"\\Process(*)\\Handle Count\"\r\n -si 60\r\n\r\n"
    for width in [30, 62, 80, 200] {
      var text = ""
      for (index, character) in header.enumerated() {
        if index > 0, index % width == 0 { text += "\r\n" }
        text.append(character)
      }
      let upload = decode(prompt + text + "\r\n" + row).upload
      #expect(upload?.outline == ["SRV1/sqlceip#1=840", "SRV1/x=301"], "\(width)")
    }
    let endless = decode(prompt + String(header.dropLast()) + "\r\n" + row).error
    #expect(endless?.detail.contains("never closed") == true)
  }
}
