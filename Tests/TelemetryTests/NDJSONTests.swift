import Handles
import Telemetry
import Testing

@Suite("Uploads as NDJSON")
struct NDJSONTests {
  static let row = #"{"process":"P","at":0,"handles":1}"#

  @Test("bad lines are rejected one by one")
  func rejectsLinesOneByOne() {
    let lines = [
      Self.row, #"{"process":"P","at":0}"#, #"{"at":0,"handles":1}"#, "nonsense",
      #"{"process":"P","at":0,"handles":-1}"#, #"{"process":"P","at":0,"handles":1} {}"#, "[]",
      #"{"process":"P","process":"Q","at":0,"handles":1}"#, #"{"process":5,"at":0,"handles":1}"#,
      #"{"process":"P","at":"x","handles":1}"#, "", #"{"process":"P","at":60,"handles":"2"}"#,
    ]
    let upload = decode(lines.joined(separator: "\r\n")).upload
    #expect(upload?.outline == ["P=1,2"])
    #expect(
      upload?.reasons == [
        "2: an object without \"handles\"", "3: an object without \"process\"",
        "4:1 not a JSON value", "5:33 \"handles\": a negative number",
        "6:36 something after the end of the value", "7:1 a line is a JSON object",
        "8:16 the same key twice in one object", "9:12 \"process\": not a string",
        "10:21 \"at\": not a time such as 1999-03-01T08:00:00Z or epoch seconds or milliseconds",
      ])
  }

  /// As in the JSON format: an empty level is one, and the number of a service pack is enough.
  @Test(
    "a line describes its host",
    arguments: [
      (#"{"name":"A","product":"X","service_pack":3}"#, "A", "X", "3"),
      (#"{"name":"A","service_pack":""}"#, "A", nil, ""), (#""A""#, "A", nil, nil),
      ("null", nil, nil, nil), (#"{"os":{"product":"Y"}}"#, nil, nil, nil),
    ])
  func describesTheHost(host: String, name: String?, product: String?, servicePack: String?) {
    let upload = decode(#"{"host":\#(host),"process":"P","at":0,"handles":1}"#).upload
    #expect(
      upload?.host
        == HostDescription(name: name, product: product, servicePack: servicePack))
  }

  @Test("a line without a time is of the time of receipt")
  func aLineWithoutATimeIsOfTheTimeOfReceipt() {
    let upload = decode(#"{"process":"P","handles":1}"#).upload
    #expect(upload?.series.first?.samples.first?.time == receipt)
  }
}
