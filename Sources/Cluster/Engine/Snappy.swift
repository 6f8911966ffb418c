import CSnappy

/// The compression of remote write: one block in the format of Snappy.
enum Snappy {
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(bytes.count)) {
      output, count in
      var length = output.count
      let status = bytes.withUnsafeBufferPointer { input in
        input.withMemoryRebound(to: CChar.self) { input in
          output.withMemoryRebound(to: CChar.self) { output in
            snappy_compress(input.baseAddress, input.count, output.baseAddress, &length)
          }
        }
      }
      // It fails only where the output is shorter than the length that it asked for.
      count = status == SNAPPY_OK ? length : 0
    }
  }
}
