import Diagnosis
import Handles
import KnowledgeBase

/// A log to try the diagnosis with: a file of `Public/assets`, in the layout of `typeperf`.
enum SampleLog {
  static let fileName = "sample-log.csv"
  /// The parameter of `/diagnose` that asks for it.
  static let parameter = "sample"
  /// The machine that it is of, which the log itself doesn't say.
  static let host = HostDescription(product: ProductID.server.rawValue, servicePack: "SP3")
}
