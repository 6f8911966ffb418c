import Bytes

/// A list of processes that a tool shows and from which no leak can be told: it has no handle counts.
package struct UnreadableList: Sendable {
  /// What it is, as a message names it.
  package let name: String
  /// What the sender lacks.
  package let missing: String
  /// What to do instead, with the same tool where that can be.
  package let advice: String
  /// All of these words stand in its header, in small letters; of each group, one is enough.
  private let words: [[String]]

  /// Whether the line is its header.
  func isHeader(_ line: Span<UInt8>) -> Bool {
    guard line.count <= 1_024 else { return false }
    let text = String(decoding: line.copied().map(\.lowercased), as: UTF8.self)
    return words.allSatisfy { group in group.contains { text.contains($0) } }
  }

  private static let typeperf =
    #"typeperf "\Process(*)\Handle Count" "\Process(*)\ID Process" -si 60 -o log.csv"#

  /// Told before tables of processes.
  package static let counterSets = UnreadableList(
    name: "an export of Get-Counter without its samples",
    missing: "the column CounterSamples holds the name of a type",
    advice:
      #"Export the samples: (Get-Counter '\Process(*)\Handle Count' -Continuous).CounterSamples "#
      + "| Export-Csv log.csv, and send log.csv.", words: [["countersamples"], ["readings"]])

  package static let all = [
    UnreadableList(
      name: "a list of tasklist", missing: "tasklist shows no handle counts",
      advice: "Make a log with \(typeperf) and send log.csv.",
      words: [
        [
          "image name", "abbildname", "nom de l'image", "nombre de imagen", "nome immagine",
          "nome da imagem", "имя образа", "映像名称", "イメージ名", "이미지 이름",
        ], ["pid"],
      ]),
    UnreadableList(
      name: "a list of Get-Process in PowerShell 7", missing: "its columns hold no handle counts",
      advice: "Make a log with \(PowerShellJSONFormat.logCommand) and send log.csv.",
      words: [["npm(k)"], ["processname"]]),
    UnreadableList(
      name: "a screen of pmon", missing: "it is of one moment, and its rows name no PID",
      advice:
        #"Record Process\Handle Count in a log of Performance Monitor and export it, or, from "#
        + "Windows 2000 on, make a log with \(typeperf).",
      words: [["cputime"], ["faults"], ["commit", "diff"]]),
    UnreadableList(
      name: "a list of Process Explorer without the column Handles",
      missing: "its columns hold no handle counts",
      advice: "Process Explorer writes no log. Make one with \(typeperf) and send log.csv.",
      words: [["process\t"], ["pid"], ["private bytes", "working set", "cpu"]]),
    UnreadableList(
      name: "a list of WMIC without HandleCount", missing: "its columns hold no handle counts",
      advice: "Ask for them: (echo %date% %time% & wmic process get Name,ProcessId,HandleCount "
        + "/format:csv) >> log.txt, once a minute, and send log.txt.",
      words: [
        ["processid"], ["name", "caption"],
        ["workingsetsize", "parentprocessid", "priority", "node"],
      ]),
    UnreadableList(
      name: "a list of ps or top", missing: "it shows no file descriptors",
      advice: "Make a log with \(CountLoopDecoder.logCommand) and send it with process=NAME.",
      words: [["pid"], ["%cpu", "tty"], ["command", "cmd"]]),
  ]
}
