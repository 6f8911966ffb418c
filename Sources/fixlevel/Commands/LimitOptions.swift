import ArgumentParser
import HTTPWire

/// What a client may take of the server: the settings behind `Limits`, and the time of a question.
struct LimitOptions: ParsableArguments {
  @Option(name: .setting(.maxBodyBytes), help: .setting(.maxBodyBytes))
  var maxBodyBytes = Defaults.limits.bodyBytes

  @Option(name: .setting(.maxCollectedBytes), help: .setting(.maxCollectedBytes))
  var maxCollectedBytes = Defaults.limits.collectedBytes

  @Option(name: .setting(.maxRequestLineBytes), help: .setting(.maxRequestLineBytes))
  var maxRequestLineBytes = Defaults.limits.requestLineBytes

  @Option(name: .setting(.maxHeaderBytes), help: .setting(.maxHeaderBytes))
  var maxHeaderBytes = Defaults.limits.fieldsBytes

  @Option(name: .setting(.maxHeaderFields), help: .setting(.maxHeaderFields))
  var maxHeaderFields = Defaults.limits.fieldsCount

  @Option(name: .setting(.maxConnections), help: .setting(.maxConnections))
  var maxConnections = Defaults.limits.connections

  @Option(name: .setting(.headerSeconds), help: .setting(.headerSeconds))
  var headerSeconds = Defaults.limits.headerMilliseconds / 1_000

  @Option(name: .setting(.idleSeconds), help: .setting(.idleSeconds))
  var idleSeconds = Defaults.limits.idleMilliseconds / 1_000

  @Option(name: .setting(.minBodyBytesPerSecond), help: .setting(.minBodyBytesPerSecond))
  var minBodyBytesPerSecond = Defaults.limits.minimumBytesPerSecond

  @Option(name: .setting(.queryMilliseconds), help: .setting(.queryMilliseconds))
  var queryMilliseconds = Defaults.queryMilliseconds

  @Option(name: .setting(.drainSeconds), help: .setting(.drainSeconds))
  var drainSeconds = Defaults.limits.drainMilliseconds / 1_000

  @Option(name: .setting(.drainDelaySeconds), help: .setting(.drainDelaySeconds))
  var drainDelaySeconds = Defaults.drainDelaySeconds

  func validate() throws {
    let counts = [
      (Setting.maxBodyBytes, maxBodyBytes), (.maxCollectedBytes, maxCollectedBytes),
      (.maxRequestLineBytes, maxRequestLineBytes), (.maxHeaderBytes, maxHeaderBytes),
      (.maxHeaderFields, maxHeaderFields), (.maxConnections, maxConnections),
      (.headerSeconds, Int(headerSeconds)), (.idleSeconds, Int(idleSeconds)),
      (.minBodyBytesPerSecond, Int(minBodyBytesPerSecond)), (.queryMilliseconds, queryMilliseconds),
      (.drainSeconds, Int(drainSeconds)),
    ]
    for (setting, count) in counts where !(1...Self.numberMax).contains(count) {
      throw ValidationError("\(setting.flag) takes a number from 1 to \(Self.numberMax)")
    }
    guard (0...3_600).contains(drainDelaySeconds) else {
      throw ValidationError("\(Setting.drainDelaySeconds.flag) takes a number from 0 to 3600")
    }
    guard maxBodyBytes <= maxCollectedBytes else {
      throw ValidationError(
        "\(Setting.maxBodyBytes.flag) can't be more than \(Setting.maxCollectedBytes.flag)")
    }
  }

  /// Far beyond what makes sense, and far from where sums overflow.
  private static let numberMax = 1 << 40

  /// How long a question to the knowledge base may take.
  var queryTime: Duration { .milliseconds(queryMilliseconds) }

  var limits: Limits {
    var limits = Defaults.limits
    limits.bodyBytes = maxBodyBytes
    limits.collectedBytes = maxCollectedBytes
    limits.requestLineBytes = maxRequestLineBytes
    limits.fieldsBytes = maxHeaderBytes
    limits.fieldsCount = maxHeaderFields
    limits.connections = maxConnections
    limits.headerMilliseconds = headerSeconds * 1_000
    limits.idleMilliseconds = idleSeconds * 1_000
    limits.minimumBytesPerSecond = minBodyBytesPerSecond
    limits.drainMilliseconds = drainSeconds * 1_000
    return limits
  }
}
