/// The one rule for what a name may hold, whichever way it comes in.
public enum PrintableName {
  /// Whether a name holds nothing that moves, hides or ends text: no control characters, line or
  /// paragraph separators, and no format characters, among them all marks of the writing direction
  /// such as U+061C and U+202E.
  public static func allows(_ name: String) -> Bool { name.unicodeScalars.allSatisfy(allows) }

  /// The same of one scalar.
  public static func allows(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return 0x20...0x7E ~= scalar.value }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }
}
