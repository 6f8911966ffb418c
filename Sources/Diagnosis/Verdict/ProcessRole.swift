/// What may be done with a process that leaks.
enum ProcessRole: Hashable {
  /// The machine stops when it ends: only a reboot gives its handles back.
  case system
  /// It runs services, and others of its name run other services: the service is restarted.
  case serviceHost
  /// It can be ended and started again.
  case ordinary

  init(_ process: String) {
    let name = Self.baseName(process)
    self =
      Self.systemNames.contains(name)
      ? .system : Self.serviceHosts.contains(name) ? .serviceHost : .ordinary
  }

  private static let systemNames: Set = [
    "system", "idle", "smss", "csrss", "winlogon", "services", "lsass", "wininit", "init",
    "systemd",
    "launchd",
  ]

  private static let serviceHosts: Set = [
    "svchost", "inetinfo", "dllhost", "w3wp", "wmiprvse", "tcpsvcs", "rpcss", "spoolss", "spoolsv",
    "snmp", "mstask", "llssrv", "tapisrv", "sqlservr", "store", "wins", "dns", "dhcp",
  ]

  /// The name in lower case without its folder, `.exe`, and what tools append to tell processes of one
  /// name apart: `C:\WINNT\System32\CSRSS.EXE`, `csrss#1`, `csrss:532` and `csrss (532)` are `csrss`.
  static func baseName(_ process: String) -> String {
    var name = Array(process.utf8.prefix(1_024))
    func dropped(_ mark: UInt8, _ end: UInt8? = nil) {
      guard let place = name.lastIndex(of: mark) else { return }
      var tail = name[(place + 1)...]
      if let end {
        guard tail.last == end else { return }
        tail = tail.dropLast()
      }
      let isNumber = tail.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if !tail.isEmpty, isNumber { name.removeSubrange(place...) }
    }
    func trimmed() {
      while name.last == UInt8(ascii: " ") { name.removeLast() }
      while name.first == UInt8(ascii: " ") { name.removeFirst() }
    }
    trimmed()
    dropped(UInt8(ascii: "("), UInt8(ascii: ")"))
    dropped(UInt8(ascii: "#"))
    dropped(UInt8(ascii: ":"))
    if let folder = name.lastIndex(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }) {
      name.removeSubrange(...folder)
    }
    trimmed()
    let text = String(decoding: name, as: UTF8.self).lowercased()
    return text.hasSuffix(".exe") ? String(text.dropLast(4)) : text
  }
}
