import Bytes
import Diagnosis
import HTTPTypes
import Handles
import Telemetry
import UseCases
import Web

/// The body of `POST /api/v1/simulations`.
struct SimulationForm {
  /// The body is a dozen numbers.
  static let bytesMax = 64 * 1024

  var parameters: SimulationParameters
  var product: String?
  var servicePack: String?

  init(_ body: [UInt8]) throws(Problem) {
    do throws(JSONError) {
      let object = try JSONObject(body)
      product = try object.string("product")
      servicePack = try object.string("service_pack")
      parameters = try Self.parameters(object)
    } catch {
      throw Problem(
        .badRequest, "The body is not a JSON object of simulation parameters: \(error.detail)",
        errors: [Problem.Fault(line: error.line, column: error.column, detail: error.detail)])
    }
  }

  private static func parameters(
    _ object: JSONObject
  ) throws(JSONError) -> SimulationParameters {
    func fault(_ name: String, _ detail: String) -> JSONError {
      object.position(of: name)?.error(detail) ?? JSONError(line: 1, column: 1, detail: detail)
    }
    guard let opensPerHour = try object.number("opens_per_hour") else {
      throw fault("opens_per_hour", "opens_per_hour is missing")
    }
    let seed = try object.integer("seed") ?? numericCast(Assumptions.seed)
    guard let seed = UInt64(exactly: seed) else {
      throw fault("seed", "seed must be at least 0")
    }
    var reading = CloseAtZero.article
    if let name = try object.string("close_at_zero") {
      guard let named = CloseAtZero(rawValue: name) else {
        throw fault("close_at_zero", "close_at_zero must be article or decrement")
      }
      reading = named
    }
    let closesPerHour = try object.number("closes_per_hour") ?? 0
    let touchesPerHour = try object.number("touches_per_hour") ?? Assumptions.touchesPerHour
    let hours = try object.number("hours") ?? Assumptions.horizonHours
    let hazard = try object.number("hazard") ?? SimulationParameters.defaultHazard
    guard let keys = Int(exactly: try object.integer("keys") ?? 1) else {
      throw fault("keys", "keys is out of range")
    }
    do throws(ParameterError) {
      return try SimulationParameters(
        opensPerHour: opensPerHour, closesPerHour: closesPerHour, touchesPerHour: touchesPerHour,
        hours: hours, hazard: hazard, closeAtZero: reading, keys: keys, seed: seed)
    } catch {
      throw fault(error.parameter, error.description)
    }
  }
}
