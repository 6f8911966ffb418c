import ArticleStore
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import KnowledgeBase
import System
import UseCases
import Web

/// Errors become answers here, and nowhere else.
extension Service {
  /// The answer to whatever was thrown at a route. What is no fault of the client is reported.
  func answer(
    to error: any Error, _ form: ErrorForm, _ context: RequestContext
  ) -> Response {
    let problem = problem(for: error, context)
    switch form {
    case .page: return answer(to: problem, as: .html, context)
    case .problem: return answer(to: problem, as: .json, context)
    case .osv: return OSVError(problem).response(to: context.id)
    case .otlp: return .otlp(problem, context)
    }
  }

  /// What the client is told of an error. What is no fault of the client is reported.
  func problem(for error: any Error, _ context: RequestContext) -> Problem {
    if let problem = Problem(error) { return problem }
    report(error, context)
    return (error as? StorageError)?.kind == .badAnswer ? .badAnswer : .internalError
  }

  /// A problem as a page or as a document; `fallback` is what a client gets that takes either.
  func answer(
    to problem: Problem, as fallback: Representation, _ context: RequestContext
  ) -> Response {
    let offered: [Representation] = fallback == .html ? [.html, .json] : [.json, .html]
    guard ContentNegotiation.preferred(context.accept, of: offered) == .html else {
      return problem.response(to: context.id)
    }
    var response = Response(
      status: problem.status, fields: .page, body: files.render(.problem, ProblemPage(problem)))
    response.fields.append(contentsOf: problem.fields)
    response.fields[.contentType] = Representation.html.mediaType
    response.fields[.cacheControl] = "no-store"
    return response
  }
}

extension Problem {
  static let internalError = Problem(
    .internalServerError, "Something went wrong on the server; it has been logged.")

  /// What `/readyz` says where the knowledge base can't be read.
  static let unavailable: Problem = {
    var fields = HTTPFields()
    fields[.retryAfter] = "5"
    return Problem(
      .serviceUnavailable, "What the answers are made of can't be read; it has been logged.",
      fields: fields)
  }()

  /// What a request for another name gets.
  static let misdirected = Problem(
    .misdirectedRequest, "This server doesn't answer under the name that Host says.")

  static let badAnswer = Problem(
    .badGateway,
    "What keeps the fleet's data gave an answer that can't be used; it has been logged.")

  /// What a statement answers that ran into its time limit.
  private static let timedOut: Problem = {
    var fields = HTTPFields()
    fields[.retryAfter] = "1"
    return Problem(
      .serviceUnavailable,
      "The question took longer than the server allows; a narrower one takes less.", fields: fields)
  }()

  /// What the client is told; nil for a failure of the server.
  fileprivate init?(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as FleetError: self.init(error)
    case let error as UnknownLevelError: self.init(.badRequest, "\(error).")
    case let error as MachineLevel.Failure: self.init(.badRequest, "\(error)")
    case DiagnosisError.unknownLevel(let error): self.init(.badRequest, "\(error).")
    case DiagnosisError.cancelled: self = .cancelled
    case let error as SearchQuery.Failure: self.init(.badRequest, "\(error)")
    case is InvalidCursor: self = .invalidCursor
    case let error as StorageError where error.kind == .timedOut: self = .timedOut
    default: return nil
    }
  }
}
