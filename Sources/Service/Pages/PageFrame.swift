import Mustache
import Web

/// What the templates of a page see: the page's own model and, as `site`, what all pages share.
struct PageFrame: MustacheParent {
  /// What all pages share.
  struct Site {
    /// One entry of the main navigation.
    struct Place {
      var label: String
      var path: String
      /// Whether the page belongs to this place.
      var isCurrent: Bool
    }

    var places: [Place]
    var home = Route.home.path()
    var search = Route.search.path()
    var check = Route.check.path()
    var missing = Route.missingPage.path()
    var simulate = Route.simulate.path()
    var diagnose = Route.diagnose.path()
    var openSearch = Route.openSearch.path()
  }

  private let page: Any
  private let site: Site

  init(_ page: Any, of template: PageTemplate) {
    self.page = page
    let current = template.place
    site = Site(
      places: Self.places.map { label, route in
        Site.Place(label: label, path: route.path(), isCurrent: route.template == current?.template)
      })
  }

  func child(named name: String) -> Any? {
    if name == "site" { return site }
    guard let child = Mirror(reflecting: page).children.first(where: { $0.label == name })
    else { return nil }
    // A section of an absent value must not be rendered.
    let mirror = Mirror(reflecting: child.value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : child.value
  }

  /// The main navigation, in its order.
  private static let places: [(label: String, route: Route)] = [
    ("Articles", .search), ("Check", .check), ("Missing", .missingPage), ("Simulate", .simulate),
    ("Diagnose", .diagnose), ("Fleet", .fleetPage), ("API", .docs),
  ]
}

/// The templates that the program renders by name.
enum PageTemplate: String, CaseIterable {
  case home, article, search, check, missing, simulate, diagnose, diagnosis, report, fleet, host,
    docs,
    problem
  case openSearch = "opensearch"
  case signIn = "sign-in"

  /// The entry of the main navigation that the page belongs to.
  fileprivate var place: Route? {
    switch self {
    case .home, .problem, .openSearch, .report: nil
    case .article, .search: .search
    case .check: .check
    case .missing: .missingPage
    case .simulate: .simulate
    case .diagnose, .diagnosis: .diagnose
    case .fleet, .host, .signIn: .fleetPage
    case .docs: .docs
    }
  }
}
