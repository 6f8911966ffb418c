/// A fix level of a product, from the release itself to the last roll-up, in order.
///
/// A level means something only together with a product: Service Pack 4 of SNA Server says
/// nothing about Windows NT.
public enum ServicePack: String, CaseIterable, Hashable, Comparable, Sendable, Codable {
  /// The product as it was released, without a service pack.
  case rtm = "RTM"
  case sp1 = "SP1"
  case sp2 = "SP2"
  case sp3 = "SP3"
  case sp4 = "SP4"
  case sp5 = "SP5"
  case sp6 = "SP6"
  case sp6a = "SP6a"
  /// The Security Roll-up Package, which needs SP6a.
  case srp = "SRP"

  /// `SP3` as in the API.
  public var id: String { rawValue }

  public static func < (left: Self, right: Self) -> Bool { left.position < right.position }

  private var position: Int {
    switch self {
    case .rtm: 0
    case .sp1: 1
    case .sp2: 2
    case .sp3: 3
    case .sp4: 4
    case .sp5: 5
    case .sp6: 6
    case .sp6a: 7
    case .srp: 8
    }
  }
}
