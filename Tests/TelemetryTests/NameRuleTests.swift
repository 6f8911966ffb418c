import Telemetry
import Testing

/// What names may hold.
@Suite("What names may hold")
struct NameRuleTests {
  /// Marks of the writing direction, format characters, controls, separators of lines.
  static let refused: [Unicode.Scalar] = [
    "\u{1}", "\u{7F}", "\u{85}", "\u{9F}", "\u{AD}", "\u{600}", "\u{61C}", "\u{6DD}", "\u{180E}",
    "\u{200B}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}",
    "\u{2060}", "\u{2066}", "\u{2069}", "\u{206A}", "\u{FFF9}", "\u{110BD}", "\u{E0001}",
    "\u{E0041}",
  ]

  @Test(arguments: refused)
  func refusesInABodyWhatItRefusesInAQuery(scalar: Unicode.Scalar) {
    let name = "EX\(scalar)TRA"
    #expect(!PrintableName.allows(name))
    // Bytes that no text has refuse a body whose first bytes they are among.
    if scalar.isASCII { return }
    for text in [
      "time,host,process,handles\n0,H,\(name),1\n0,H,P,1\n",
      "time,host,process,handles\n0,\(name),P,1\n0,H,P,1\n",
      "{\"process\":\"\(name)\",\"at\":0,\"handles\":1}\n{\"host\":\"H\",\"process\":\"P\",\"at\":0,\"handles\":1}",
    ] {
      let upload = decode(text).upload
      #expect(upload?.outline == ["H/P=1"], "U+\(String(scalar.value, radix: 16))")
      #expect(upload?.rejectedCount == 1)
    }
  }

  @Test(arguments: [
    "EXTRA", "a b", "Größe", "プロセス", "🦊", "e\u{301}", "\u{A0}x", "\u{E000}", "עברית",
  ])
  func takes(name: String) {
    #expect(PrintableName.allows(name))
    #expect(decode("time,process,handles\n0,x\(name),1\n").upload?.outline == ["x\(name)=1"])
  }
}
