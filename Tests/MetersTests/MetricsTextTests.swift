import Testing

@testable import Meters

@Suite("Prometheus' text format")
struct MetricsTextTests {
  @Test("a metric has its help, its type and its samples")
  func single() {
    var text = MetricsText()
    text.single("a_total", .counter, "What\nit \\ is.", UInt64(3))
    #expect(text.text == "# HELP a_total What\\nit \\\\ is.\n# TYPE a_total counter\na_total 3\n")
  }

  @Test("a label's value can't end its line or its quotes")
  func labels() {
    var text = MetricsText()
    text.sample("a", [("x", "1\"} 2\nb 3 \\"), ("y", "")], 0.5)
    #expect(text.text == "a{x=\"1\\\"} 2\\nb 3 \\\\\",y=\"\"} 0.5\n")
  }

  @Test("the buckets of a histogram count what is at or below their bounds")
  func histogram() {
    let histogram = Histogram.seconds(microseconds: [1_000, 1_000_000])
    for milliseconds in [0, 1, 2, 1_000, 1_001] { histogram.record(.milliseconds(milliseconds)) }
    histogram.record(.seconds(-1))
    var text = MetricsText()
    text.histogram("t", [], histogram.snapshot)
    #expect(
      text.text.split(separator: "\n") == [
        "t_bucket{le=\"0.001\"} 3", "t_bucket{le=\"1\"} 5", "t_bucket{le=\"+Inf\"} 6",
        "t_sum 2.004", "t_count 6",
      ])
  }

  @Test("histograms of several threads add up")
  func sums() {
    let (first, second) = (Histogram(bounds: [1, 2]), Histogram(bounds: [1, 2]))
    first.record(1)
    second.record(2)
    second.record(7)
    var sum = first.snapshot
    sum.add(second.snapshot)
    #expect(sum.counts == [1, 1, 1] && sum.sum == 10)
  }

  @Test(
    "numbers are as the format has them",
    arguments: [
      (0, "0"), (1e-9, "1e-09"), (2.5, "2.5"), (1e15, "1000000000000000"), (.infinity, "+Inf"),
      (-.infinity, "-Inf"), (.nan, "NaN"),
    ] as [(Double, String)])
  func numbers(number: Double, text: String) {
    #expect(number.metricText == text)
  }

  @Test("statuses are told apart, and unknown ones are kept together")
  func statuses() {
    let counter = StatusCounter()
    for code in [200, 200, 404, 299, 1_000] { counter.add(code) }
    #expect(counter.values.map(\.code) == [0, 200, 404])
    #expect(counter.values.map(\.count) == [2, 2, 1])
    // Each code has a place of its own, the answer of a broken engine among them.
    let every = StatusCounter()
    for code in StatusCounter.codes { every.add(code) }
    #expect(every.values.map(\.code) == StatusCounter.codes && StatusCounter.codes.contains(502))
    #expect(every.values.allSatisfy { $0.count == 1 })
  }
}
