import Diagnosis
import Fleet
import Handles
import KnowledgeBase
import Web

/// `/fleet/{host}`: one host with its diagnosis and its charts.
struct HostDiagnosisPage {
  var name: String
  var fleetPath = Route.fleetPage.path()
  var signOutPath = Route.signOut.path()
  var product: String
  var level: String
  /// Who said so.
  var source: String
  var lastSample: String
  let result: DiagnosisResult

  init(
    _ host: FleetHost, _ diagnosis: Diagnosis, series: [HandleSeries], catalogue: ProductCatalogue
  ) {
    name = host.name
    product =
      diagnosis.host.product.map { catalogue.product(named: $0)?.name ?? $0 } ?? "not known"
    level = diagnosis.host.servicePack?.id ?? host.servicePack ?? "not known"
    source =
      host.isDeclared
      ? "declared by a person"
      : host.product == nil && host.servicePack == nil ? "nobody said" : "reported by uploads"
    lastSample = host.lastSample.map(HumanText.minutes) ?? "none"
    result = DiagnosisResult(diagnosis, series: series)
  }
}
