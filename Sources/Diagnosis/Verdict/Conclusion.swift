import KnowledgeBase

/// Level, leak and wrap put together: which answer a host gets.
enum Conclusion: Hashable, CaseIterable {
  case affectedWrapped
  case affectedHeldTooMany
  case affectedWrapAhead
  case affectedLeakTooSlow
  case affectedLeakUnclear
  case affectedSuspected
  case affectedSteady
  case affectedTooHighToTell
  case affectedTooLittleData

  case fixedLeaking
  case fixedSuspected
  case fixedSteady
  case fixedTooLittleData

  case eitherWrapped
  case eitherHeldTooMany
  case eitherWrapAhead
  case eitherLeaking
  case eitherSuspected
  case eitherSteady
  case eitherTooHighToTell
  case eitherTooLittleData

  case notListedWrapped
  case notListedHeldTooMany
  case notListedLeaking
  case notListedSuspected
  case notListedSteady
  case notListedTooLittleData

  /// - Parameter finding: of the program that the answer names, see `Program.lead`.
  init(_ verdict: Verdict, _ finding: Finding, _ wrap: WrapStatus) {
    self =
      switch (verdict, finding, wrap) {
      case (.affected, .leaking, .happened): .affectedWrapped
      case (.affected, .suspected, .happened): .affectedWrapped
      case (.affected, .steady, .happened): .affectedHeldTooMany
      case (.affected, .insufficientData, .happened): .affectedHeldTooMany
      case (.affected, .leaking, .expected): .affectedWrapAhead
      case (.affected, .leaking, .notExpected): .affectedLeakTooSlow
      case (.affected, .leaking, .cannotTell): .affectedLeakUnclear
      case (.affected, .suspected, .expected), (.affected, .suspected, .notExpected),
        (.affected, .suspected, .cannotTell):
        .affectedSuspected
      case (.affected, .steady, .notExpected): .affectedSteady
      case (.affected, .steady, .expected), (.affected, .steady, .cannotTell):
        .affectedTooHighToTell
      case (.affected, .insufficientData, .expected),
        (.affected, .insufficientData, .notExpected),
        (.affected, .insufficientData, .cannotTell):
        .affectedTooLittleData

      case (.fixed, .leaking, _): .fixedLeaking
      case (.fixed, .suspected, _): .fixedSuspected
      case (.fixed, .steady, _): .fixedSteady
      case (.fixed, .insufficientData, _): .fixedTooLittleData

      case (.unknown, .leaking, .happened), (.unknown, .suspected, .happened): .eitherWrapped
      case (.unknown, .steady, .happened), (.unknown, .insufficientData, .happened):
        .eitherHeldTooMany
      case (.unknown, .leaking, .expected): .eitherWrapAhead
      case (.unknown, .leaking, .notExpected), (.unknown, .leaking, .cannotTell): .eitherLeaking
      case (.unknown, .suspected, .expected), (.unknown, .suspected, .notExpected),
        (.unknown, .suspected, .cannotTell):
        .eitherSuspected
      case (.unknown, .steady, .notExpected): .eitherSteady
      case (.unknown, .steady, .expected), (.unknown, .steady, .cannotTell): .eitherTooHighToTell
      case (.unknown, .insufficientData, .expected), (.unknown, .insufficientData, .notExpected),
        (.unknown, .insufficientData, .cannotTell):
        .eitherTooLittleData

      // Not listed is not the same as not affected.
      case (.notListed, .leaking, .happened), (.notListed, .suspected, .happened):
        .notListedWrapped
      case (.notListed, .steady, .happened), (.notListed, .insufficientData, .happened):
        .notListedHeldTooMany
      case (.notListed, .leaking, .expected), (.notListed, .leaking, .notExpected),
        (.notListed, .leaking, .cannotTell):
        .notListedLeaking
      case (.notListed, .suspected, .expected), (.notListed, .suspected, .notExpected),
        (.notListed, .suspected, .cannotTell):
        .notListedSuspected
      case (.notListed, .steady, .expected), (.notListed, .steady, .notExpected),
        (.notListed, .steady, .cannotTell):
        .notListedSteady
      case (.notListed, .insufficientData, .expected),
        (.notListed, .insufficientData, .notExpected),
        (.notListed, .insufficientData, .cannotTell):
        .notListedTooLittleData
      }
  }
}
