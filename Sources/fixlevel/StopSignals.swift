import Foundation

/// Ctrl-C and SIGTERM as something to wait for.
///
/// Blocked before any thread starts, so that all threads inherit the mask and the signal is
/// taken where it is waited for and nowhere else.
struct StopSignals {
  private var set = sigset_t()

  init() {
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Returns when one of the two arrives. The next one ends the program at once.
  func wait() {
    var set = set
    var received: CInt = 0
    while sigwait(&set, &received) != 0 {}
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
