import Diagnosis
import Foundation
public import Handles

extension Timestamp {
  /// The time of the machine's clock, for what arrives without one; nil outside the years 1 to 9999.
  public static func present() -> Timestamp? {
    Int64(exactly: (Date().timeIntervalSince1970 * 1_000).rounded())
      .flatMap { Timestamp(milliseconds: $0) }
  }
}
