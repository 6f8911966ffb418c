/// `/sign-in`: asks for a token that may read.
struct SignInPage {
  /// The host whose page was asked for; empty for the fleet.
  var host: String
  var path = Route.signIn.path()
  /// What was wrong with the token before; nil at the first time.
  var failure: String?
}
