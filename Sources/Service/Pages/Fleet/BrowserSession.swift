import Fleet
import HTTPTypes
import HTTPWire
import UseCases
import Web

/// A person who reads the fleet in a browser: the cookie holds the token, and the token is verified
/// with each request as one in `Authorization` is. The server keeps nothing of its own about it.
///
/// The cookie can't be read by scripts and isn't sent on requests that come from other sites.
enum BrowserSession {
  private static let name = "fixlevel-token"

  /// The token of the request's cookie; nil if there is none that may read.
  ///
  /// - Throws: `Problem` (429) for a client that goes on with tokens that may not.
  static func token(_ request: Request, _ fleet: FleetService) throws(Problem) -> StoredToken? {
    guard let cookies = request.fields[.cookie] else { return nil }
    for cookie in cookies.split(separator: ";") {
      let pair = cookie.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].drop(while: { $0 == " " }) == name else { continue }
      if let token = reader(String(pair[1]), fleet) { return token }
      try fleet.countRefusal(of: request)
    }
    return nil
  }

  /// The token of a text, if it may read.
  static func reader(_ text: String, _ fleet: FleetService) -> StoredToken? {
    fleet.desk.token(text, at: fleet.clock.now()).flatMap { token in
      token.scope == .read || token.scope == .admin ? token : nil
    }
  }

  /// The field that signs in, until the browser is closed.
  static func cookie(_ token: TokenText, for request: Request) -> String {
    "\(name)=\(token.text)\(attributes(request))"
  }

  /// The field that signs out.
  static func removal(for request: Request) -> String {
    "\(name)=\(attributes(request)); Max-Age=0"
  }

  /// `Secure` where a proxy in front says that the browser speaks HTTPS: this server itself speaks
  /// HTTP, and over that the browser would drop such a cookie.
  private static func attributes(_ request: Request) -> String {
    let proto = request.fields[.xForwardedProto]?.lowercased()
    return "; Path=/; HttpOnly; SameSite=Strict" + (proto == "https" ? "; Secure" : "")
  }
}
