import HTTPTypes

/// A place of the service, as one value: where it is, what it answers to which method, and how it tells
/// of errors. `RouteTable.swift` has all of them.
struct Route: Sendable {
  /// What decides over the answer to a request; whatever it throws becomes an answer in the route's form.
  typealias Handler = @Sendable (Call) throws -> Answer

  let template: PathTemplate
  /// The form of its errors for clients that take any.
  let errorForm: ErrorForm
  /// Whether scripts of other origins may be let in.
  let isShared: Bool
  private let get: Handler?
  private let post: Handler?
  private let put: Handler?

  /// - Parameter isShared: Without it the API is, and pages are not.
  init(
    _ template: PathTemplate, errors: ErrorForm, isShared: Bool? = nil, get: Handler? = nil,
    post: Handler? = nil, put: Handler? = nil
  ) {
    self.template = template
    errorForm = errors
    self.isShared = isShared ?? (errors != .page)
    self.get = get
    self.post = post
    self.put = put
  }

  /// The methods that the route answers, for `Allow`.
  var methods: [HTTPRequest.Method] {
    (get == nil ? [] : [.get, .head]) + (post == nil ? [] : [.post]) + (put == nil ? [] : [.put])
      + [.options]
  }

  /// What answers a method; nil for one that the route doesn't have. `OPTIONS` is answered for all routes
  /// alike.
  func handler(of method: HTTPRequest.Method) -> Handler? {
    switch method {
    case .get, .head: get
    case .post: post
    case .put: put
    default: nil
    }
  }

  /// The path to link to, with the values of its parameters in their order.
  func path(_ values: String...) -> String { template.path(values) }
}

/// How a route tells what went wrong.
enum ErrorForm {
  /// A page for people.
  case page
  /// A problem document (RFC 9457).
  case problem
  /// `{"code","message"}`, which the clients of OSV.dev read.
  case osv
  /// A `google.rpc.Status`, which the clients of OTLP read.
  case otlp
}
