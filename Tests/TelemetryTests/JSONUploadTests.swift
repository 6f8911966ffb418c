import Handles
import Telemetry
import Testing

@Suite("Uploads as JSON")
struct JSONUploadTests {
  static let sample = #"["1999-03-01T08:00:00Z",812]"#

  @Test(
    "members in any order are taken",
    arguments: [
      (
        #"{"host":"PLC-07","series":[{"process":"EXTRA","pid":212,"samples":[\#(sample)]}]}"#,
        ["PLC-07/EXTRA(212)=812"]
      ),
      // Members in any order, unknown ones skipped, nulls as if they were missing.
      (
        #"{"x":[[{"y":[]}]],"series":[{"z":{"q":1},"samples":[\#(sample)],"#
          + #""pid":null,"process":"P"}],"host":null}"#,
        ["P=812"]
      ),
      (
        #"{"series":[{"process":"P","started":null,"samples":[\#(sample)]}],"#
          + #""host":{"name":"A","x":{}}}"#,
        ["A/P=812"]
      ),
      // Numbers as strings, with a point, or with an exponent.
      (
        #"{"series":[{"process":"P","pid":"7","samples":[["0","1"],[0,2.0],[0,3e0]]}]}"#,
        ["P(7)=1,2,3"]
      ),
      // Escapes in keys and names.
      (
        #"{"series":[{"pro\u0063ess":"a\\\u00fc\ud83e\udd8a\/","samples":[\#(sample)]}]}"#,
        [#"a\ü🦊/=812"#]
      ),
      // One series in two parts; a host of its own; series without samples.
      (
        #"{"series":[{"process":"P","samples":[[0,1]]},{"process":"P","samples":[[1,2]]},"#
          + #"{"process":"Q","samples":[]}]}"#,
        ["P=1,2"]
      ),
      (
        #"{"host":"A","series":[{"process":"P","samples":[[0,1]]},{"host":"A","#
          + #""process":"P","samples":[[1,2]]},{"host":"B","process":"P","#
          + #""instance":2,"samples":[[1,2]]}]}"#,
        ["A/P=1,2", "B/P#2=2"]
      ),
      ("\u{FEFF} \r\n{\"series\":[{\"process\":\"P\",\"samples\":[[0,1]]}]}\n", ["P=1"]),
    ])
  func takes(text: String, outline: [String]) {
    for type in ["application/json", "application/json; charset=utf-8", nil] {
      let result = decode(text, type)
      #expect(result.upload?.outline == outline, "\(String(describing: result.error))")
      #expect(result.upload?.format == .json)
    }
  }

  @Test("a member describes the host")
  func describesTheHost() {
    let text = """
      {"host":{"name":"PLC-07","product":"windows-nt-server-4.0","service_pack":3},
       "series":[{"process":"EXTRA","started":"1999-03-01T07:00:00Z","samples":[\(Self.sample)]}]}
      """
    let upload = decode(text).upload
    #expect(
      upload?.host
        == HostDescription(name: "PLC-07", product: "windows-nt-server-4.0", servicePack: "3"))
    #expect(upload?.series.first?.started?.description == "1999-03-01T07:00:00Z")
  }

  /// An empty CSDVersion is what a host without a service pack reports: it is not the same as none.
  @Test(
    "an empty service pack is a level",
    arguments: [
      (#""service_pack":"""#, ""), (#""service_pack":" ""#, ""), (#""service_pack":null"#, nil),
      (#""product":"""#, nil), (#""service_pack":"SP4""#, "SP4"),
    ])
  func anEmptyServicePackIsALevel(member: String, servicePack: String?) {
    let text = #"{"host":{\#(member)},"series":[{"process":"P","samples":[\#(Self.sample)]}]}"#
    let upload = decode(text).upload
    #expect(upload != nil)
    #expect(upload?.host.servicePack == servicePack)
    #expect(upload?.host.product == nil)
  }

  /// The first bad value refuses the upload, with its place.
  @Test(
    "the first bad value refuses the upload, with its place",
    arguments: [
      (#"{"series":[{"process":"P","samples":[[0,-1]]}]}"#, 41, "negative"),
      (#"{"series":[{"process":"P","samples":[[0,1.5]]}]}"#, 41, "fraction"),
      (#"{"series":[{"process":"P","samples":[[0,1e400]]}]}"#, 41, "beyond the range"),
      (#"{"series":[{"process":"P","samples":[[0,1e30]]}]}"#, 41, "above"),
      (#"{"series":[{"process":"P","samples":[[0,NaN]]}]}"#, 41, "not a JSON value"),
      (#"{"series":[{"process":"P","samples":[[0,null]]}]}"#, 41, "not a whole number"),
      (#"{"series":[{"process":"P","samples":[[0,[1]]]}]}"#, 41, "not a whole number"),
      (#"{"series":[{"process":"P","samples":[["1999-02-30T00:00:00Z",1]]}]}"#, 39, "calendar"),
      (#"{"series":[{"process":"P","samples":[[0]]}]}"#, 38, "a time and a count"),
      (#"{"series":[{"process":"P","samples":[[0,1,2]]}]}"#, 43, "more than a time"),
      (#"{"series":[{"process":"P","samples":[0]}]}"#, 38, "array of a time"),
      (#"{"series":[{"process":"P","samples":{}}]}"#, 37, "array"),
      (#"{"series":[{"process":"","samples":[[0,1]]}]}"#, 23, "empty name"),
      (#"{"series":[{"process":5,"samples":[[0,1]]}]}"#, 23, "not a string"),
      (#"{"series":[{"process":"a\u0000","samples":[[0,1]]}]}"#, 23, "control"),
      (#"{"series":[{"pid":-1,"samples":[[0,1]]}]}"#, 19, "negative"),
      (#"{"series":[{"samples":[[0,1]]}]}"#, 12, "without"),
      (#"{"series":[5]}"#, 12, "object"),
      (#"{"series":5}"#, 11, "array"),
      (#"{"host":5}"#, 9, "object or a name"),
      (#"{"host":{"name":[]}}"#, 17, "string"),
      (#"{}"#, 1, "no member"),
      (#"[]"#, 1, "object"),
      (#"{"series":[],"series":[]}"#, 14, "same key"),
      (#"{"x":{"a":1,"\u0061":2}}"#, 13, "same key"),
      (#"{"series":[{"process":"P","samples":[[0,1]]}]} x"#, 48, "after the end"),
      (#"{"series":[{"process":"P","samples":[[0,1]]}]"#, 46, "ends too early"),
      (#"{"x":"\ud800"}"#, 7, "surrogate"),
      (#"{"x":"\udc00\ud800"}"#, 7, "surrogate"),
      (#"{"x":"\ud800\u0041"}"#, 7, "surrogate"),
      ("{\"x\":\"a\tb\"}", 8, "control"),
      ("{\"x\":\"a\0\"}", 8, "control"),
      (#"{"x":"abc"#, 6, "never closed"),
    ])
  func refuses(text: String, column: Int, detail: String) {
    let error = decode(text, "application/json").error
    #expect(error?.kind == .malformed)
    #expect(error?.line == 1)
    #expect(error?.column == column)
    #expect(error?.detail.contains(detail) == true, "\(error?.detail ?? "")")
    #expect(error?.rows.count == 1)
  }

  @Test("an upload without samples is refused")
  func refusesAnUploadWithoutSamples() {
    #expect(decode(#"{"series":[]}"#).error?.kind == .malformed)
    #expect(
      decode(#"{"series":[{"process":"P","samples":[]}]}"#).error?.detail.contains("no sample")
        == true)
  }

  @Test("the line is named too")
  func namesTheLineToo() {
    let error = decode("{\"series\":[\r\n{\"process\":\"P\",\n \"samples\":[[0,1],\n  [0,-1]]}]}")
      .error
    #expect(error?.line == 4)
    #expect(error?.column == 6)
  }

  @Test("invalid UTF-8 is refused")
  func refusesInvalidUTF8() {
    let error = decode(Array(#"{"x":"ü"#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)).error
    #expect(error?.column == 9)
  }

  @Test("depth, keys and members are limited")
  func limitsDepthKeysAndMembers() {
    func nested(_ depth: Int) -> String {
      let open = String(repeating: "[", count: depth - 1)
      let close = String(repeating: "]", count: depth - 1)
      return #"{"x":"# + open + close + #","series":[{"process":"P","samples":[[0,1]]}]}"#
    }
    #expect(decode(nested(64)).upload != nil)
    #expect(decode(nested(65)).error?.column == 69)
    #expect(decode(nested(100_000)).error?.line == 1)
    let key = String(repeating: "k", count: 10_000_000)
    let error = decode("{\n\"\(key)\":1}").error
    #expect(error?.line == 2)
    #expect(error?.detail.contains("65536 bytes") == true)
    let members = (0..<300).map { "\"k\($0)\":1" }.joined(separator: ",")
    #expect(decode("{\(members)}").error?.detail.contains("256 members") == true)
  }

  /// The other choice of the one parameter.
  @Test("with lenient reading, bad samples and series are left out")
  func lenientlyBadSamplesAndSeriesAreLeftOut() {
    let text = """
      {"series":[{"process":"P","samples":[[0,-1],[0,1],["x",2],[0],[0,[1],[2]],7,{"a":[]}]},
      {"pid":-1,"process":"Q","samples":[[0,1]]}, 5, [[]],
      {"samples":[[0,1]]},{"process":"R","samples":[[0,3]]}]}
      """
    let upload = decode(text, badRows: .reject).upload
    #expect(upload?.outline == ["P=1", "R=3"])
    #expect(upload?.rejected.map(\.line) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 3])
  }
}
