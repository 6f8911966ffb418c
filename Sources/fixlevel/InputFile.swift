import Diagnosis
import Foundation
import Telemetry
import UseCases

/// A log on disk or on standard input, decoded while it is read.
///
/// A file is read on all cores, in parts that begin and end with a line. Memory is bounded by the
/// series in it and by the pieces being read, not by its length.
struct InputFile {
  private let name: String
  private let handle: FileHandle

  init(_ path: String) throws {
    guard path != "-" else {
      name = "standard input"
      handle = .standardInput
      return
    }
    name = path
    do {
      handle = try FileHandle(forReadingFrom: URL(filePath: path))
    } catch {
      throw ProgramFailure(.input, "cannot read \(path): there is no such file, or no permission")
    }
  }

  func decode(
    options: UploadOptions = UploadOptions(), concurrently: ConcurrentMap
  ) throws -> TelemetryUpload {
    do {
      var decoder = try TelemetryDecoder(receivedAt: .present(), options: options)
      if let lines = FileLines(handle.fileDescriptor) {
        try lines.decode(with: &decoder, concurrently: concurrently)
      } else {
        var buffer = FileBuffer()
        while try buffer.read(handle.fileDescriptor) > 0 {
          try buffer.feed(0..<buffer.count, to: &decoder)
        }
      }
      return try decoder.finish()
    } catch let error as TelemetryError {
      let place = error.line.map { ", line \($0)" } ?? ""
      let hint = error.hint.map { " \($0)" } ?? ""
      throw ProgramFailure(.input, "cannot use \(name)\(place): \(error.detail).\(hint)")
    } catch {
      throw ProgramFailure(.input, "cannot read \(name): it is a folder or broken")
    }
  }
}

extension ConcurrentMap {
  /// On all cores.
  static let threads = ConcurrentMap { count, body in
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}
