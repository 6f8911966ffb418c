import Diagnosis
import HTTPTypes
import Handles
import Web

/// An error as a page, with the search box to go on from.
struct ProblemPage {
  var title: String
  var status: Int
  var detail: String
  var rows: [String]

  init(_ problem: Problem) {
    title = problem.status.reasonPhrase
    status = problem.status.code
    detail = problem.detail
    rows = problem.errors.prefix(20).map { row in
      "line \(row.line)" + (row.column.map { ", column \($0)" } ?? "") + ": \(row.detail)"
    }
  }
}
