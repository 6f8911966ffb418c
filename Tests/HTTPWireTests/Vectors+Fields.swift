extension Vectors {
  static let fields: [Vector] =
    [
      ("space before the colon", "Name : v"), ("tab before the colon", "Name\t: v"),
      ("space in the name", "Na me: v"), ("empty name", ": v"), ("no colon", "Name"),
      ("brackets in the name", "X[]: v"), ("slash in the name", "X/Y: v"),
      ("NUL in the name", "X\0: v"), ("octet above 0x7F in the name", "\u{E9}: v"),
      ("NUL in the value", "X: a\0b"), ("control in the value", "X: a\u{01}b"),
      ("delete in the value", "X: a\u{7F}b"), ("bare CR in the value", "X: a\rb"),
      ("bare LF in the value", "X: a\nb"), ("folded with a space", "X: a\r\n b"),
      ("folded with a tab", "X: a\r\n\tb"), ("folded first line", " X: a"),
      ("escape sequence", "X: \u{1B}[31m"), ("quotation mark in the name", "\"X\": v"),
    ].map { Vector("field: \($0.0)", get("\($0.1)\r\n"), 400, kept: false) }
    + [
      Vector("101 fields", get((0..<100).map { "X\($0): v\r\n" }.joined()), 431, kept: false),
      Vector(
        "value of 100 KB", get("X: \(String(repeating: "v", count: 100_000))\r\n"), 431,
        kept: false),
      Vector(
        "endless head", "GET / HTTP/1.1\r\nX: \(String(repeating: "v", count: 40_000))", 431,
        kept: false),
      Vector(
        "endless name", "GET / HTTP/1.1\r\n\(String(repeating: "n", count: 40_000))", 431,
        kept: false),
      Vector(
        "fields of 33 KB",
        get((0..<33).map { "X\($0): \(String(repeating: "v", count: 1_000))\r\n" }.joined()), 431,
        kept: false),
      Vector(
        "fields of 31 KB",
        get((0..<31).map { "X\($0): \(String(repeating: "v", count: 1_000))\r\n" }.joined()), 200,
        kept: true),
    ]

  static let hosts: [Vector] =
    [
      "Host: a, b", "Host: user@h", "Host: h/p", "Host: h:99999", "Host: h:65536", "Host: h:-1",
      "Host: h:8o", "Host: [::1", "Host: ::1", "Host: [::1]x", "Host: [g::1]", "Host: []",
      "Host: [1]", "Host:", "Host: :80", "Host: h h", "Host: h\\", "Host: h?q", "Host: h#f",
      "Host: <h>", "Host: \u{E9}", "Host: %zz", "Host: h%2", "Host: h\r\nHost: h",
      "Host: a\r\nhost: b", "Accept: */*",
    ].map { Vector("host: \($0)", "GET / HTTP/1.1\r\n\($0)\r\n\r\n", 400, kept: false) }
    + [
      "Host: h", "Host: h:", "Host: h:80", "Host: h:65535", "Host: 127.0.0.1:8080",
      "Host: [::1]", "Host: [::1]:8080", "Host: [::ffff:127.0.0.1]", "host: h", "HOST: H.example.",
      "Host: a_b", "Host: %41", "Host: xn--bcher-kva.example",
    ].map { Vector("host: \($0)", "GET / HTTP/1.1\r\n\($0)\r\n\r\n", 200, kept: true) }
    + [
      Vector("1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200, kept: false),
      Vector("1.0 with a bad Host", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 400, kept: false),
      Vector(
        "1.0 with two Hosts", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400,
        kept: false),
      Vector("no field at all", "GET / HTTP/1.1\r\n\r\n", 400, kept: false),
    ]

  static let lengths: [Vector] =
    [
      "abc", "+5", "-1", "0x5", "1_0", "", "5,10", "5, 5", "5 5", "5;", "5.0", "1e3", "\u{B2}",
      "99999999999999999999", "9223372036854775808", "00000000000000000005",
      "5\r\nContent-Length: 6",
      "0\r\nContent-Length: 5",
    ].map { Vector("length: \($0)", post("Content-Length: \($0)\r\n", "hello"), 400, kept: false) }
    + [
      Vector("length", post("Content-Length: 5\r\n", "hello"), 200, kept: true),
      Vector("length 0", post("Content-Length: 0\r\n", ""), 200, kept: true),
      Vector("no length", post("", ""), 200, kept: true),
      Vector("length with zeros", post("Content-Length: 0005\r\n", "hello"), 200, kept: true),
      Vector(
        "length twice, equal", post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello"),
        200, kept: true),
      Vector(
        "length over the handler's limit", post("Content-Length: 1048577\r\n", ""), 413,
        kept: false),
      Vector(
        "largest length", post("Content-Length: 9223372036854775807\r\n", "a"), 413,
        kept: false),
      Vector("65 MiB", post("Content-Length: 68157440\r\n", "a"), 413, kept: false),
      Vector(
        "answered early, small body",
        "POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", 404, kept: true),
      Vector(
        "answered early, large body",
        "POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n", 404, kept: false),
    ]

  static let transferCodings: [Vector] =
    [
      ("empty", "Transfer-Encoding:", 400), ("identity", "Transfer-Encoding: identity", 501),
      ("gzip", "Transfer-Encoding: gzip", 501),
      ("gzip, chunked", "Transfer-Encoding: gzip, chunked", 501),
      ("chunked, gzip", "Transfer-Encoding: chunked, gzip", 501),
      ("chunked, chunked", "Transfer-Encoding: chunked, chunked", 501),
      ("xchunked", "Transfer-Encoding: xchunked", 501),
      ("quoted", "Transfer-Encoding: \"chunked\"", 501),
      ("parameter", "Transfer-Encoding: chunked;q=1", 501),
      ("comma", "Transfer-Encoding: ,chunked", 501),
      ("vertical tab", "Transfer-Encoding: \u{0B}chunked", 400),
      ("twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
      ("twice, different", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400),
      ("then length", "Transfer-Encoding: chunked\r\nContent-Length: 5", 400),
      ("after length", "Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
      ("with length 0", "Content-Length: 0\r\nTransfer-Encoding: chunked", 400),
      ("unknown with length", "Content-Length: 5\r\nTransfer-Encoding: x", 400),
      ("name with a space", "Transfer-Encoding : chunked", 400),
    ].map { name, field, status in
      Vector("coding: \(name)", post("\(field)\r\n", "0\r\n\r\n"), status, kept: false)
    }
    + [
      Vector(
        "coding on 1.0",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, kept: false),
      Vector(
        "coding in capitals", post("TRANSFER-ENCODING: CHUNKED\r\n", "0\r\n\r\n"), 200,
        kept: true),
    ]

  static let chunks: [Vector] =
    [
      "Z\r\n", "\r\n", "+5\r\nhello\r\n", "-1\r\n", "0x5\r\nhello\r\n", "0_2e\r\n",
      " 5\r\nhello\r\n",
      "5 \r\nhello\r\n", "\t5\r\nhello\r\n", "g\r\n", "5\nhello\r\n", "5\rhello\r\n",
      "5\r\nhello\n", "5\r\nhelloX\r\n", "5\r\nhell\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n",
      "3\r\nhello\r\n", "FFFFFFFFFFFFFFFF\r\n", "8000000000000000\r\n",
      "FFFFFFFFFFFFFFFFF\r\n", "00000000000000001\r\na\r\n", "10000000000000000\r\n",
      String(repeating: "0", count: 10_000) + "\r\n",
      "5;\nhello\r\n", "5;a\0\r\nhello\r\n", "5 x\r\nhello\r\n", "0\r\nA: b\n\r\n",
      "0\r\n: b\r\n\r\n", "0\r\n b\r\n\r\n", "0\r\nA: \0\r\n\r\n", "0\r\n\rx", "0\n\n", "0\r\n\n",
      "5;" + String(repeating: "e", count: 64 * 1_024) + "\r\nhello\r\n",
      String(repeating: "1;" + String(repeating: "e", count: 100) + "\r\na\r\n", count: 50),
      "5\r\nhello\r\n\r\n0\r\n\r\n",
    ].map { body in
      Vector("chunk: \(body.prefix(24).debugDescription)", chunked(body), 400, kept: false)
    }
    + [
      "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "05\r\nhello\r\n00\r\n\r\n",
      "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n",
      "A\r\n0123456789\r\n0\r\n\r\n", "5;a\r\nhello\r\n0;b\r\n\r\n",
      "5;a=b;c=\"d e\"\r\nhello\r\n0\r\n\r\n", "5 ;a\r\nhello\r\n0\r\n\r\n",
      "5\t;a\r\nhello\r\n0\r\n\r\n", "5;\r\nhello\r\n0\r\n\r\n", "0\r\nA: b\r\nC: d\r\n\r\n",
      "0\r\nContent-Length: 5\r\nHost: x\r\n\r\n", "2\r\n\r\n\r\n0\r\n\r\n",
      "0000000000000005\r\nhello\r\n0\r\n\r\n",
    ].map { body in
      Vector("chunk: \(body.debugDescription)", chunked(body), 200, kept: true)
    }
    + [
      Vector("chunk of 2 GiB", chunked("80000000\r\nabc"), 413, kept: false),
      Vector("largest chunk", chunked("7FFFFFFFFFFFFFFF\r\nabc"), 413, kept: false),
      Vector("one octet over the limit", chunked("100001\r\n"), 413, kept: false),
      Vector(
        "trailers of 9 KB",
        chunked(
          "0\r\n" + String(repeating: "A: \(String(repeating: "b", count: 95))\r\n", count: 90)),
        431, kept: false),
      Vector(
        "endless trailer", chunked("0\r\nA: " + String(repeating: "b", count: 9_000)), 431,
        kept: false),
    ]

  static let expectations: [Vector] = [
    Vector(
      "100-continue",
      post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""), 100, kept: true),
    Vector("100-continue without a body", get("Expect: 100-continue\r\n"), 200, kept: true),
    Vector("100-continue, capitals", get("Expect: 100-Continue\r\n"), 200, kept: true),
    Vector(
      "100-continue, too large",
      post("Expect: 100-continue\r\nContent-Length: 1048577\r\n", ""), 413, kept: false),
    Vector("another expectation", get("Expect: 200-ok\r\n"), 417, kept: false),
    Vector("empty expectation", get("Expect:\r\n"), 417, kept: false),
    Vector("expectation on 1.0", "GET / HTTP/1.0\r\nExpect: x\r\n\r\n", 200, kept: false),
  ]

  static let connections: [Vector] = [
    Vector("close", get("Connection: close\r\n"), 200, kept: false),
    Vector("Close", get("connection: Close\r\n"), 200, kept: false),
    Vector("close, keep-alive", get("Connection: close, keep-alive\r\n"), 200, kept: false),
    Vector("keep-alive, close", get("Connection: keep-alive ,\tclose\r\n"), 200, kept: false),
    Vector(
      "close in a second field", get("Connection: x\r\nConnection: close\r\n"), 200,
      kept: false),
    Vector("keep-alive", get("Connection: keep-alive\r\n"), 200, kept: true),
    Vector("closed is not close", get("Connection: closed\r\n"), 200, kept: true),
    Vector("empty", get("Connection:\r\n"), 200, kept: true),
    Vector("commas", get("Connection: ,,,\r\n"), 200, kept: true),
    Vector(
      "Upgrade", get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"), 200,
      kept: true),
    Vector(
      "giant Keep-Alive",
      get("Keep-Alive: timeout=\(String(repeating: "9", count: 9_000))\r\n"), 200, kept: true),
    Vector("1.0", "GET / HTTP/1.0\r\nHost: h\r\n\r\n", 200, kept: false),
    Vector("1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, kept: true),
    Vector(
      "1.0 keep-alive, close", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", 200,
      kept: false),
    Vector("the answer closes", "GET /bye HTTP/1.1\r\nHost: h\r\n\r\n", 200, kept: false),
  ]
}
