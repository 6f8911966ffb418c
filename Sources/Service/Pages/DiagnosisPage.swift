import Diagnosis
import Foundation
import Handles
import KnowledgeBase
import UseCases
import Web

/// `/diagnose` before an upload.
struct DiagnoseFormPage {
  var tryPath = Target(Route.diagnose.path(), [("sample", "1")]).text
  var samplePath = Route.asset.path(SampleLog.fileName)
  var form: FormChoices

  init(_ catalogue: ProductCatalogue) { form = FormChoices(catalogue, hasLaterSystems: true) }
}

/// The result as one file that needs no server: it is made to be kept and passed on.
struct DiagnosisReport {
  let result: DiagnosisResult
  var host: String
  /// The style sheets, which stand in the file itself.
  var styles: String

  init(_ diagnosis: Diagnosis, series: [HandleSeries], files: PublicFiles) {
    result = DiagnosisResult(diagnosis, series: series)
    host = result.host
    styles = ["style.css", "charts.css"].compactMap { files.assets[$0]?.bytes }
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }
}

/// `/diagnose` after an upload: the result, what to keep of it, and the form for another log.
struct DiagnosisPage {
  /// A bigger document is left to the API: it would make the page slow.
  private static let documentBytesMax = 24 * 1024

  let result: DiagnosisResult
  var host: String
  /// The API's document in a link of its own; nil for a big one.
  var json: String?
  /// For what is saved, without its ending.
  var fileName: String
  var isSample: Bool
  var samplePath = Route.asset.path(SampleLog.fileName)
  var diagnosePath = Route.diagnose.path()
  var form: FormChoices

  /// - Throws: `EncodingError` for a number that JSON doesn't have; no value of ours holds one.
  init(
    _ diagnosis: Diagnosis, series: [HandleSeries], catalogue: ProductCatalogue,
    isSample: Bool = false
  ) throws {
    result = DiagnosisResult(diagnosis, series: series)
    host = result.host
    let document = try JSON.encoded(diagnosis)
    if document.count <= Self.documentBytesMax {
      json = "data:application/json;base64,\(Data(document).base64EncodedString())"
    }
    fileName = Self.fileName(diagnosis.host.name)
    self.isSample = isSample
    form = FormChoices(
      catalogue, product: diagnosis.host.product, level: diagnosis.host.servicePack?.id,
      hasLaterSystems: true)
  }

  /// `diagnosis-PLC-07`: letters and digits of the host's name, so that it is a file's name
  /// everywhere.
  static func fileName(_ host: String?) -> String {
    let name = (host ?? "").unicodeScalars.prefix(64).map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        ? Character(scalar) : "-"
    }
    return name.isEmpty ? "diagnosis" : "diagnosis-\(String(name))"
  }
}
