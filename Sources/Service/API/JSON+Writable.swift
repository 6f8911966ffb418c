import Bytes
import UseCases
import Web

extension JSON {
  /// UTF-8 with a line end.
  static func encoded(_ value: some JSONWritable) -> [UInt8] {
    var json = JSONText()
    value.write(to: &json)
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
