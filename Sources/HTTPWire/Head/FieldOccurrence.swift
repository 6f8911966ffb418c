/// Whether a field is there, without copying it.
public enum FieldOccurrence: Sendable, Equatable {
  /// No field of this name.
  case absent
  /// One, with the range of its value.
  case once(Range<Int32>)
  /// Several: what they mean together takes more than a look.
  case repeated
}

extension RequestHead {
  /// How often a field is there, its name given in lower case; nothing is allocated.
  public func occurrence(
    of name: StaticString, in bytes: borrowing Span<UInt8>
  ) -> FieldOccurrence {
    var found = FieldOccurrence.absent
    for field in fields where bytes.matches(field.name.offsets, ignoringCase: name) {
      guard found == .absent else { return .repeated }
      found = .once(field.value)
    }
    return found
  }
}
