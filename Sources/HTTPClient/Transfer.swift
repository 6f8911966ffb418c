import CCurl

/// Memory that the answers under way may still take: stays on the client's thread.
final class AnswerBudget {
  private var left: Int

  init(bytes: Int) { left = bytes }

  func take(_ bytes: Int) -> Bool {
    guard bytes <= left else { return false }
    left -= bytes
    return true
  }

  func giveBack(_ bytes: Int) { left += bytes }
}

/// One request under way, as an easy handle of libcurl: stays on the thread that made it.
final class Transfer {
  let handle: UnsafeMutableRawPointer
  /// Bytes of every answer that are not counted, so that short ones always come through.
  private static let freeBytes = 64 << 10

  private let limits: ClientLimits
  private let budget: AnswerBudget
  private let done: HTTPClient.Completion
  private var fields: UnsafeMutablePointer<curl_slist>?
  private var body: [UInt8] = []
  /// What the body has room for.
  private var capacity = 0
  /// What of it the budget gave.
  private var taken = 0
  private var isCut = false
  private var hasNoRoom = false

  /// Nil where the request can't be sent.
  init?(
    _ request: ClientRequest, _ limits: ClientLimits, _ budget: AnswerBudget, isDirect: Bool,
    timeLeft: Duration, done: @escaping HTTPClient.Completion
  ) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.limits = limits
    self.budget = budget
    self.done = done
    // An upload is not announced first: every server that is asked here takes it at once.
    let names = request.fields + (request.body == nil ? [] : [("Expect", "")])
    for (name, value) in names {
      let isPlain = !(name + value).utf8.contains { $0 < 0x20 || $0 == 0x7F }
      guard isPlain, let longer = curl_slist_append(fields, "\(name): \(value)") else { return nil }
      fields = longer
    }
    guard configure(request, isDirect: isDirect, timeLeft: timeLeft) else { return nil }
  }

  deinit {
    budget.giveBack(taken)
    curl_easy_cleanup(handle)
    curl_slist_free_all(fields)
  }

  private func configure(_ request: ClientRequest, isDirect: Bool, timeLeft: Duration) -> Bool {
    let (seconds, attoseconds) = timeLeft.components
    let milliseconds = max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    let context = Unmanaged.passUnretained(self).toOpaque()
    var codes = [
      ccurl_set_bytes(handle, CURLOPT_URL, request.url),
      ccurl_set_list(handle, CURLOPT_HTTPHEADER, fields),
      ccurl_set_http_only(handle),
      // Signals belong to the program.
      ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
      ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, CLong(milliseconds)),
      // All that libcurl was built with.
      ccurl_set_bytes(handle, CURLOPT_ACCEPT_ENCODING, ""),
      // Of an answer that says its length; what comes is counted besides.
      ccurl_set_offset(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limits.answerBytes)),
      ccurl_set_writer(handle, Self.write, context),
    ]
    if isDirect { codes.append(ccurl_set_bytes(handle, CURLOPT_NOPROXY, "*")) }
    if let body = request.body {
      codes += [
        ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)),
        ccurl_set_bytes(handle, CURLOPT_COPYPOSTFIELDS, body),
      ]
    }
    return codes.allSatisfy { $0 == CURLE_OK }
  }

  private static let write:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
      bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

  private var status: Int {
    var status: CLong = 0
    ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return status
  }

  private var isSuccess: Bool { (200..<300).contains(status) }

  /// Takes bytes of the body.
  ///
  /// - Returns: How many were taken; fewer than there are end the transfer.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    let limit = isSuccess ? limits.answerBytes : limits.reasonBytes
    let part = bytes.prefix(limit - body.count)
    hasNoRoom = !reserve(body.count + part.count, limit)
    if hasNoRoom { return 0 }
    body.append(contentsOf: part)
    isCut = bytes.count > part.count
    return isCut ? 0 : bytes.count
  }

  /// Grows by doubling as arrays do, but never beyond the limit, and within the budget.
  private func reserve(_ count: Int, _ limit: Int) -> Bool {
    guard count > capacity else { return true }
    let wanted = min(max(count, capacity * 2, Self.freeBytes), limit)
    let more = max(0, wanted - Self.freeBytes) - taken
    guard budget.take(more) else { return false }
    taken += more
    capacity = wanted
    body.reserveCapacity(wanted)
    return true
  }

  /// Ends the transfer, which libcurl has let go.
  func finish(_ code: CURLcode) {
    // A status that is no success stands, whatever becomes of the text behind it.
    if code == CURLE_OK || (status >= 300 && status < 600) {
      done(.success(ClientAnswer(status: status, retryAfter: retryAfter, body: body)))
    } else {
      done(.failure(failure(code)))
    }
  }

  func fail(_ failure: ClientFailure) { done(.failure(failure)) }

  private var retryAfter: Int? {
    var seconds: curl_off_t = 0
    ccurl_get_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
    return seconds > 0 ? Int(exactly: seconds) : nil
  }

  private func failure(_ code: CURLcode) -> ClientFailure {
    switch code {
    case CURLE_WRITE_ERROR where hasNoRoom: .noRoom
    case CURLE_WRITE_ERROR where isCut: .tooLarge
    case CURLE_FILESIZE_EXCEEDED: .tooLarge
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_BAD_CONTENT_ENCODING: .undecodable
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .unsendable
    default: .unreachable(String(cString: curl_easy_strerror(code)))
    }
  }
}
