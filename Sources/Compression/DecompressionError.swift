/// Why a compressed body can't be used.
public enum DecompressionError: Error {
  /// Not what its coding says, damaged, cut off, or followed by other bytes.
  case malformed(String)
  /// More bytes, or a higher ratio, than the limits allow.
  case tooLarge

  /// A body that grows by more than this is a bomb, whatever its size.
  public static let ratioMax = 200
  /// Small bodies compress better than their ratio says something about.
  private static let smallBytes = 64 * 1024

  /// The most bytes that `count` compressed ones may become.
  static func bytesMax(of count: Int, limit: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: ratioMax)
    return min(limit, overflow ? limit : max(product, smallBytes))
  }
}
