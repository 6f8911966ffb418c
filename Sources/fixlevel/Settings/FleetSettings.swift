/// The rows of the settings table about the fleet.
extension Setting {
  static let retain = Setting(
    "retain", default: "for ever", help: "Days that samples are kept, such as 400d.",
    commands: [.serve])
  static let fullResolution = Setting(
    "full-resolution", default: "\(Defaults.fullResolution)",
    help: "Days after which only the lowest and the highest sample of each hour are kept.",
    commands: [.serve])
  static let tokenName = Setting(
    "name", help: "What the token is for, for the list.", commands: [.tokenCreate])
  static let scope = Setting(
    "scope", help: "What it allows: upload, read or admin (both, and to say what a host is).",
    commands: [.tokenCreate])
  static let tenant = Setting(
    "tenant", default: Defaults.tenant,
    help: "Whose hosts it sends and sees; those of others don't exist for it.",
    commands: [.tokenCreate])
  static let expires = Setting(
    "expires", default: "never", help: "Days after which it ends, such as 90d.",
    commands: [.tokenCreate])
}
