/// A row whose values this program doesn't know. Left out, it would turn an answer into another.
package struct UnreadableRow: Error {
  /// The table's name.
  package var table: String
  /// What people call the row, such as `Q179827`.
  package var name: String

  package init(table: String, name: String) {
    self.table = table
    self.name = name
  }
}
