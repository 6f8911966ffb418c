import Diagnosis
import Fleet
import FleetSQLite
import Handles
import SQLite
import System
import Testing

@testable import FleetPrometheus

@Suite("Selectors")
struct SelectorTests {
  @Test("names are quoted, and meant literally in expressions")
  func quoting() {
    #expect(Selector().with("host", "a\"b\\c\nd").description == #"{host="a\"b\\c\nd"}"#)
    #expect(Selector(metrics: ["a", "b.c"]).description == #"{__name__=~"a|b\\.c"}"#)
    let own = HostSelectors.of("a.b|c").map(\.description)
    #expect(own.count == 3)
    #expect(own[0].hasSuffix(#",host="a.b|c"}"#))
    #expect(own[1].hasSuffix(#",host="",hostname="a.b|c"}"#))
    #expect(own[2].hasSuffix(#",host="",hostname="",instance=~"a\\.b\\|c(:[0-9]+)?"}"#))
  }
}
