/// What the full-text index holds of one article; the view `searchable` has the same.
struct SearchableText: Hashable, Sendable {
  var title: String
  var words: String
  var headings: String
  var text: String

  /// Bytes of all of it.
  var count: Int {
    title.utf8.count + words.utf8.count + headings.utf8.count + text.utf8.count
  }
}
