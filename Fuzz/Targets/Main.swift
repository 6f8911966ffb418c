import Foundation

/// libFuzzer's loop with a callback instead of the symbol it would look for.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// `fuzz --target=NAME [libFuzzer's options] [corpus folders and inputs]`; without a target it lists
/// them. libFuzzer leaves options with two dashes alone and hands them on where it starts itself.
@main
enum Main {
  static let targets: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
    ("head", fuzzHead), ("chunked", fuzzChunked), ("conversation", fuzzConversation),
    ("percent", fuzzPercent), ("query", fuzzQuery), ("negotiation", fuzzNegotiation),
    ("multipart", fuzzMultipart), ("gzip", fuzzGzip), ("json", fuzzJSON), ("upload", fuzzUpload),
    ("csv", fuzzCSV), ("pdh", fuzzPDH), ("protobuf", fuzzProtobuf), ("lines", fuzzLines),
    ("formats", fuzzFormats),
    ("snappy", fuzzSnappy), ("diagnosis", fuzzDiagnosis),
    ("simulation", fuzzSimulation), ("level", fuzzLevel), ("article", fuzzArticle),
    ("service", fuzzService),
  ]

  private static let run = targets.first {
    CommandLine.arguments.contains("--target=\($0.name)")
  }?.run

  static func main() {
    guard run != nil else {
      for target in targets { print(target.name) }
      exit(CommandLine.argc == 1 ? 0 : 2)
    }
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
      runDriver(&count, &arguments) { bytes, count in
        Main.run?(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
      })
  }
}
