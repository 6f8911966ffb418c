import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import SQLite
import System
import Testing

@testable import FleetPrometheus

@Suite("Answers of an engine")
struct EngineAnswerTests {
  private static let matrix = """
    {"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[
      {"metric":{"__name__":"a","host":"\\u00fc"},"values":[[1700000000,"812"],[1700000000.123,"8.5e2"]]},
      {"metric":{},"values":[[1,"NaN"],[2,"+Inf"],[3,"-Inf"],[4,"-1"]]}]},
      "stats":{"seriesFetched":"1"},"warnings":["x"]}
    """

  @Test("a matrix, a vector, values of a label, labels of series")
  func good() throws {
    let series = try EngineAnswer.series(Array(Self.matrix.utf8))
    #expect(series.count == 2)
    #expect(series[0].labels == ["__name__": "a", "host": "ü"])
    #expect(
      series[0].samples == [
        EngineSample(time: 1_700_000_000_000, value: 812),
        EngineSample(time: 1_700_000_000_123, value: 850),
      ])
    #expect(series[1].samples[0].value.isNaN && series[1].samples[1].value == .infinity)
    let vector =
      #"{"data":{"result":[{"metric":{"a":"b"},"value":[5.5,"7"]}],"resultType":"vector"},"status":"success"}"#
    #expect(
      try EngineAnswer.series(Array(vector.utf8)) == [
        EngineSeries(labels: ["a": "b"], samples: [EngineSample(time: 5_500, value: 7)])
      ])
    #expect(
      try EngineAnswer.strings(Array(#"{"status":"success","data":["a","b"]}"#.utf8))
        == ["a", "b"])
    #expect(try EngineAnswer.strings(Array(#"{"status":"success","data":null}"#.utf8)) == [])
    #expect(
      try EngineAnswer.labelSets(Array(#"{"status":"success","data":[{"a":"b"},{}]}"#.utf8))
        == [["a": "b"], [:]])
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "<html><body>502 Bad Gateway</body></html>", "null", "[]", "{}", "1",
      #"{"status":"success"}"#, #"{"status":"error","error":"x","data":{}}"#,
      #"{"status":"success","data":"x"}"#, #"{"status":"success","data":{}}"#,
      #"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":{}}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[1]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":[]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":1}}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,2]]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[["1","2"]]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"x"]]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1e300,"1"]]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,"1",2]]}]}}"#,
      #"{"status":"success","data":{"resultType":"matrix","result":[]}} x"#,
      String(repeating: "[", count: 10_000),
    ])
  func bad(text: String) {
    let bytes = Array(text.utf8)
    #expect(throws: EngineFailure.self) { try EngineAnswer.series(bytes) }
    #expect(throws: EngineFailure.self) { try EngineAnswer.labelSets(bytes) }
  }

  @Test("an answer that is cut off anywhere is refused")
  func truncated() {
    let bytes = Array(Self.matrix.utf8)
    for count in 0..<bytes.count {
      #expect(throws: EngineFailure.self) { try EngineAnswer.series(Array(bytes.prefix(count))) }
    }
  }

  @Test("changed bytes never trap, and times and values stay what they are", arguments: 0..<4)
  func mutated(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      var bytes = Array(Self.matrix.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var found = FoundSeries(host: "ü", process: nil, samplesMax: 100)
      if let series = try? EngineAnswer.series(bytes) { try found.add(series) }
      #expect(found.page(.init()).series.isEmpty, "seed \(seed): the series names no process")
    }
  }

  @Test("what is no count is left out, and samples of one time are one")
  func counts() throws {
    var found = FoundSeries(host: "A", process: nil, samplesMax: 100)
    let labels = ["__name__": "windows_process_handles", "instance": "A:9182", "process": "X"]
    let values = [1, .nan, .infinity, -.infinity, -1, 1.5, 1e300, 7]
    try found.add([
      EngineSeries(
        labels: labels,
        samples: values.enumerated().map { EngineSample(time: Int64($0) * 1_000, value: $1) })
    ])
    try found.add([
      EngineSeries(
        labels: labels.merging(["__name__": "fixlevel_process_handles"]) { $1 },
        samples: [EngineSample(time: 0, value: 5), EngineSample(time: .max, value: 5)])
    ])
    #expect(found.page(.init()).series.first?.samples.map(\.handles) == [5, 7])
  }
}
