import Foundation
import Handles

@testable import Diagnosis
@testable import KnowledgeBase
@testable import Service
@testable import Telemetry
@testable import UseCases

/// From an upload to its diagnosis: an answer that is JSON, the same one twice.
func fuzzDiagnosis(_ bytes: [UInt8]) {
  guard case .success(let upload) = decode([bytes], nil, TelemetryLimits()) else { return }
  let products = ProductCatalogue.builtIn.products.map { Optional($0.id.rawValue) }
  var random = Seeded(bytes)
  let levels: [String?] = [nil, "", "SP3", "Service Pack 6", "4.0.1381.7000", "SP6a, RC 1"]
  let job = DiagnosisJob(
    article: .q179827,
    host: HostDescription(
      product: (products + [nil]).randomElement(using: &random) ?? nil,
      servicePack: levels.randomElement(using: &random) ?? nil),
    seed: UInt64.random(in: 0...9, using: &random))
  guard let diagnosis = try? job.diagnosis(of: upload) else { return }
  let text = encoded(diagnosis)
  require(encoded(try? job.diagnosis(of: upload)) == text, "not the same twice")
  require(diagnosis.processes.reduce(0) { $0 + $1.samples } <= upload.sampleCount)
  for process in diagnosis.processes {
    guard let handles = process.handles else { continue }
    require(handles.min >= 0 && handles.min <= handles.max, "\(handles)")
    require(handles.first <= handles.max && handles.last <= handles.max, "\(handles)")
  }
}

/// The body of `POST /api/v1/simulations`: refused, or simulated with an answer that is JSON.
func fuzzSimulation(_ bytes: [UInt8]) {
  guard let form = try? SimulationForm(bytes) else { return }
  guard
    let report = try? simulate(
      form.parameters, product: form.product, servicePack: form.servicePack)
  else { return }
  _ = encoded(report)
}

/// The value as JSON, which has neither NaN nor infinity: `JSONEncoder` throws for them.
private func encoded(_ value: some Encodable) -> [UInt8] {
  let bytes = (try? JSON.encoded(value)) ?? []
  require(!bytes.isEmpty, "not JSON: \(value)")
  require((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil, "not JSON")
  return bytes
}
