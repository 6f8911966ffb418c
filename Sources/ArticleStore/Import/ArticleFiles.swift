import Bytes
import Foundation
import KnowledgeBase
import System

/// The files that an import reads: those named, and those ending in `.txt` in folders named.
public struct ArticleFiles: Sendable {
  struct File: Sendable {
    let path: String
    /// As it was when the folder was read.
    let bytes: Int
  }

  /// In the order of the article numbers in their names, which is the one that an index is built in
  /// fastest.
  let files: [File]
  /// The number of files in folders that were skipped because they are not regular `.txt` files.
  public let skipped: Int

  /// A path that can't be listed.
  public struct Unreadable: Error, Sendable, CustomStringConvertible {
    /// The file or the folder, as given or as found in a folder.
    public var path: String
    /// The reason in the operating system's words.
    public var reason: String

    /// The path and the reason in one line.
    public var description: String { "cannot read \(path): \(reason)" }
  }

  /// Finds the files to import, including those in subfolders.
  ///
  /// - Throws: `Unreadable` if a path doesn't exist or a folder can't be listed.
  public init(_ paths: [String]) throws(Unreadable) {
    var found: [(number: Int, file: File)] = []
    var skipped = 0
    var folders: [String] = []
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw Unreadable(path: path, reason: String(cString: strerror(errno)))
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        folders.append(path)
      } else {
        found.append((Self.number(in: path), File(path: path, bytes: Int(status.st_size))))
      }
    }
    while let folder = folders.popLast() {
      for path in try Self.entries(of: folder) {
        var status = stat()
        let kind = lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
        switch kind {
        case S_IFDIR: folders.append(path)
        case S_IFREG where path.utf8.suffix(4).lazy.map(\.lowercased).elementsEqual(".txt".utf8):
          found.append((Self.number(in: path), File(path: path, bytes: Int(status.st_size))))
        default: skipped += 1
        }
      }
    }
    self.skipped = skipped
    files = found.sorted { ($0.number, $0.file.path) < ($1.number, $1.file.path) }.map(\.file)
  }

  /// Whether there is nothing to import.
  public var isEmpty: Bool { files.isEmpty }

  /// The number of files to read, without those that were skipped.
  public var count: Int { files.count }

  /// All files in their order, in runs of at most so many files, and of at most so many bytes where
  /// a run has more than one.
  func batches(filesMax: Int, bytesMax: Int) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var (start, bytes) = (0, 0)
    for (index, file) in files.enumerated() {
      if index > start, index - start == filesMax || file.bytes > bytesMax - bytes {
        batches.append(start..<index)
        (start, bytes) = (index, 0)
      }
      bytes += min(max(file.bytes, 0), bytesMax)
    }
    if start < files.count { batches.append(start..<files.count) }
    return batches
  }

  private static func entries(of folder: String) throws(Unreadable) -> [String] {
    guard let directory = opendir(folder) else {
      throw Unreadable(path: folder, reason: String(cString: strerror(errno)))
    }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard !name.hasPrefix(".") else { continue }
      paths.append(folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)")
    }
    return paths
  }

  /// The first number in the name of a file; 0 if it has none.
  private static func number(in path: String) -> Int {
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map(path.utf8.index(after:))
    let name = path.utf8[(start ?? path.utf8.startIndex)...]
    let digits = name.drop { !$0.isDigit }.prefix(while: \.isDigit)
    return digits.prefix(9).reduce(0) { $0 * 10 + Int($1.digitValue) }
  }

  /// The bytes of a file; a few more than `bytesMax` where it has more than that.
  static func bytes(of path: String, bytesMax: Int) throws(Unreadable) -> [UInt8] {
    guard let file = FileDescriptor(opening: path, O_RDONLY) else {
      throw Unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    let (bytes, failure) = file.withNumber { read($0, bytesMax: bytesMax) }
    guard failure == 0 else {
      throw Unreadable(path: path, reason: String(cString: strerror(failure)))
    }
    return bytes
  }

  /// What is left of an open file, and `errno` where that can't be read; else 0.
  private static func read(_ descriptor: CInt, bytesMax: Int) -> (bytes: [UInt8], failure: CInt) {
    var status = stat()
    let expected = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: min(max(expected, 4_095), bytesMax) + 1) {
      buffer, count in
      while count < buffer.count {
        let taken = Foundation.read(
          descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if taken < 0, errno == EINTR { continue }
        if taken < 0 { failure = errno }
        guard taken > 0 else { return }
        count += taken
      }
    }
    return (bytes, failure)
  }
}
