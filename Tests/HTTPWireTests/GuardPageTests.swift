import Foundation
import Testing

@testable import HTTPWire

/// Inputs that end where an unreadable page begins: a parser that looks one byte too far crashes.
@Suite("Reading within bounds")
struct GuardPageTests {
  private static let readable = 32 * 4_096

  /// Calls `body` with memory whose end is flush against an unreadable page.
  private func withGuardedMemory(_ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    let page = 4_096
    let memory = try #require(
      mmap(
        nil, Self.readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS),
        -1, 0))
    try #require(memory != MAP_FAILED)
    defer { munmap(memory, Self.readable + page) }
    try #require(mprotect(memory.advanced(by: Self.readable), page, PROT_NONE) == 0)
    try body(UnsafeMutableRawBufferPointer(start: memory, count: Self.readable))
  }

  private func parse(_ bytes: UnsafeBufferPointer<UInt8>) {
    var parser = HeadParser()
    var head = RequestHead()
    let progress = parser.advance(&head, in: bytes.span, limits: Limits())
    guard case .complete(let length) = progress else { return }
    _ = try? Request(head, in: bytes.span)
    var body = BodyDecoder(head.framing, limits: Limits())
    var offset = length
    while offset < bytes.count {
      switch body.next(in: bytes.span.extracting(offset..<bytes.count)) {
      case .part(let range): offset += range.upperBound
      case .needsMore, .end, .refused: return
      }
    }
  }

  @Test("no vector, and no beginning of one, is read past its end")
  func guardPage() throws {
    try withGuardedMemory { memory in
      for vector in Vectors.all {
        let bytes = vector.bytes.prefix(Self.readable)
        // Every beginning of a short input, the whole of a long one.
        for count in (bytes.count < 400 ? 0 : bytes.count)...bytes.count {
          let part = bytes.prefix(count)
          let place = UnsafeMutableRawBufferPointer(rebasing: memory[(Self.readable - count)...])
          place.copyBytes(from: part)
          parse(UnsafeBufferPointer(place.bindMemory(to: UInt8.self)))
        }
      }
    }
  }
}
