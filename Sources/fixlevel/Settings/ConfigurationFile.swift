import Foundation

/// A file of settings: the lines `FIXLEVEL_NAME=value` that systemd's `EnvironmentFile=` takes too.
///
/// Empty lines and those that begin with `#` or `;` say nothing. A value may stand in quotation marks,
/// single or double. What shells and systemd would read in different ways (backslashes, marks in the
/// middle) is refused, and so are unknown names and names that come twice: a typing error would else
/// leave a setting at its default in silence.
struct ConfigurationFile {
  private static let bytesMax = 1 << 20

  /// By environment variable.
  let values: [String: String]

  init(path: String) throws {
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      data = try handle.read(upToCount: Self.bytesMax + 1) ?? Data()
    } catch {
      throw ProgramFailure(
        .input, "cannot read the settings in \(path): it is missing or closed to this user")
    }
    guard data.count <= Self.bytesMax, let text = String(validating: data, as: UTF8.self) else {
      throw ProgramFailure(
        .input, "cannot use the settings in \(path): it is not a text of at most 1 MiB")
    }
    do throws(Mistake) {
      values = try Self.parse(text)
    } catch {
      throw ProgramFailure(.input, "cannot use \(path), line \(error.line): \(error.reason)")
    }
  }

  /// What is wrong in which line.
  struct Mistake: Error, Equatable {
    var line: Int
    var reason: String
  }

  static func parse(_ text: String) throws(Mistake) -> [String: String] {
    let names = Set(Setting.all.map(\.variable)).subtracting([Setting.config.variable])
    var values: [String: String] = [:]
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      guard let equals = line.firstIndex(of: "=") else {
        throw Mistake(line: number, reason: "there is no = in it")
      }
      let name = line[..<equals].trimmingCharacters(in: .whitespaces)
      guard names.contains(name) else {
        throw Mistake(line: number, reason: "no setting is called \(name.prefix(80))")
      }
      guard values[name] == nil else {
        throw Mistake(line: number, reason: "\(name) is set a second time")
      }
      let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
      guard let plain = unquoted(value) else {
        throw Mistake(
          line: number, reason: "a value has no backslash, and quotation marks only around it")
      }
      values[name] = plain
    }
    return values
  }

  private static func unquoted(_ value: String) -> String? {
    var inner = Substring(value)
    if let mark = value.first, mark == "\"" || mark == "'" {
      guard value.count >= 2, value.last == mark else { return nil }
      inner = value.dropFirst().dropLast()
    }
    return inner.contains { "\\\"'".contains($0) } ? nil : String(inner)
  }
}

extension Setting {
  /// The environment with what the file of settings adds to it.
  static func environment(
    _ environment: [String: String], arguments: [String]
  ) throws -> [String: String] {
    guard let path = path(in: arguments) ?? environment[config.variable], !path.isEmpty else {
      return environment
    }
    return try ConfigurationFile(path: path).values.merging(environment) { $1 }
  }

  private static func path(in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return nil }
      if argument == config.flag { return arguments.dropFirst(index + 1).first }
      if argument.hasPrefix("\(config.flag)=") {
        return String(argument.dropFirst(config.flag.count + 1))
      }
    }
    return nil
  }
}
