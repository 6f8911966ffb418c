/// What an upload says about the kind of system it was taken on, beyond a named product.
public enum HostEvidence: Hashable, Sendable {
  /// It can't be Windows NT 4.0: Unix metrics, `Process V2`, a `windows_os_info` of a later Windows.
  case hard(String)
  /// The agent needs a later Windows: windows_exporter, Telegraf, OpenTelemetry Collector.
  case soft(String)
}
