import Bytes
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
  /// The tokens of a text, `!line:column` for an error at the end.
  private func tokens(_ text: String) -> String {
    var reader = JSONReader(Array(text.utf8))
    var result: [String] = []
    do throws(JSONError) {
      while let token = try reader.next() {
        switch token {
        case .beginObject: result.append("{")
        case .endObject: result.append("}")
        case .beginArray: result.append("[")
        case .endArray: result.append("]")
        case .key: result.append(String(decoding: reader.text, as: UTF8.self) + ":")
        case .string: result.append("'\(String(decoding: reader.text, as: UTF8.self))'")
        case .number: result.append(String(decoding: reader.text, as: UTF8.self))
        case .true: result.append("true")
        case .false: result.append("false")
        case .null: result.append("null")
        }
      }
    } catch {
      result.append("!\(error.line):\(error.column)")
    }
    return result.joined(separator: " ")
  }

  @Test(
    "values come as they stand",
    arguments: [
      (
        #" {"a" : [1,-2.5e+3, true,false,null,"x"] , "b":{}} "#,
        "{ a: [ 1 -2.5e+3 true false null 'x' ] b: { } }"
      ),
      ("5", "5"), ("\"\"", "''"), ("[]", "[ ]"), ("-0", "-0"), ("0.0", "0.0"),
      (#""\"\\\/\b\f\n\r\t""#, "'\"\\/\u{8}\u{C}\n\r\t'"),
      ("1e308", "1e308"), ("1e-400", "1e-400"),
      (String(repeating: "9", count: 301), String(repeating: "9", count: 301)),
      ("", "!1:1"), (" \n ", "!2:2"), ("[1,]", "[ 1 !1:4"), ("[,1]", "[ !1:2"),
      ("[1 2]", "[ 1 !1:4"),
      ("{\"a\":1,}", "{ a: 1 !1:8"), ("{\"a\" 1}", "{ a: !1:6"), ("{a:1}", "{ !1:2"),
      ("{\"a\":}", "{ a: !1:6"),
      ("[1}", "[ 1 !1:3"), ("{]", "{ !1:2"), ("]", "!1:1"), ("[", "[ !1:2"),
      ("{\"a\"", "{ a: !1:5"),
      ("01", "!1:1"), ("1.", "!1:1"), (".5", "!1:1"), ("+1", "!1:1"), ("-", "!1:1"), ("1e", "!1:1"),
      ("1e400", "!1:1"), ("-1e400", "!1:1"), (String(repeating: "9", count: 400), "!1:1"),
      ("1-2", "!1:1"),
      ("tru", "!1:1"), ("truex", "true !1:5"), ("nul", "!1:1"), ("Infinity", "!1:1"),
      ("'a'", "!1:1"),
      (#""\x""#, "!1:2"), (#""\u12""#, "!1:2"), (#""\u12g4""#, "!1:2"), (#""\"#, "!1:1"),
      ("\u{FEFF}1", "!1:1"), ("1 1", "1 !1:3"), ("// x\n1", "!1:1"),
      ("\"\u{7F}\u{E000}\"", "'\u{7F}\u{E000}'"),
    ])
  func reads(text: String, expected: String) {
    #expect(tokens(text) == expected)
  }

  @Test("the reader asks for more and goes on")
  func asksForMoreAndGoesOn() throws {
    var reader = JSONReader()
    var count = 0
    for byte in Array(#"{"a":[12,"\u00fc"]}"#.utf8) {
      reader.feed([byte].span)
      while try reader.next() != nil { count += 1 }
    }
    reader.finish()
    #expect(try reader.next() == nil)
    #expect(count == 7)
  }

  @Test("flat objects are read")
  func readsFlatObjects() throws {
    let text =
      #"{"opens_per_hour":60,"seed":9007199254740993,"at":"12.5","on":true,"x":null,"#
      + #""deep":{"y":[1]}}"#
    let object = try JSONObject(Array(text.utf8))
    #expect(try object.number("opens_per_hour") == 60)
    #expect(try object.integer("seed") == 9_007_199_254_740_993)
    #expect(try object.number("at") == 12.5)
    #expect(object["on"] == .bool(true))
    #expect(try object.number("x") == nil)
    #expect(try object.string("missing") == nil)
    #expect(object.names == ["at", "deep", "on", "opens_per_hour", "seed", "x"])
    #expect(object["deep"] == .nested)
    #expect(throws: JSONError.self) { try object.string("deep") }
    #expect(throws: JSONError(line: 1, column: 19, detail: "opens_per_hour is not a string")) {
      try object.string("opens_per_hour")
    }
    #expect(throws: JSONError.self) { try object.integer("at") }
    #expect(throws: JSONError.self) { try object.number("on") }
  }

  @Test(
    "other bodies are refused",
    arguments: [
      "", "[]", "5", "{", #"{"a":1e999}"#, "{\"a\":1} x", #"{"a":1,"a":2}"#, "\u{FEFF}{}",
    ])
  func refusesOtherBodies(text: String) {
    #expect(throws: JSONError.self) { try JSONObject(Array(text.utf8)) }
  }

  @Test("a text that is no number is not one", arguments: ["NaN", "1e400", "inf", "", "0x", "nan"])
  func aTextThatIsNoNumberIsNone(text: String) throws {
    let object = try JSONObject(Array(#"{"a":"\#(text)"}"#.utf8))
    #expect(throws: JSONError.self) { try object.number("a") }
    #expect(throws: JSONError.self) { try object.integer("a") }
  }
}
