import Bytes
import Diagnosis
import Fleet
import Handles

/// An upload ordered for the writer, on the thread of whoever brings it.
struct PreparedUpload: Sendable {
  struct Host: Sendable {
    var name: String
    var description: HostDescription?
    var series: [HandleSeries]
  }

  var tenant: String
  var hosts: [Host]
  var received: Timestamp
  var key: String?
  var fingerprint: [UInt8]
  /// As they came, before those at equal times were put together.
  var samples = 0
  /// Memory of its samples.
  var bytes: Int

  init(_ upload: consuming FleetUpload) {
    tenant = upload.tenant
    received = upload.received
    key = upload.key
    fingerprint = upload.fingerprint
    bytes = 0
    hosts = []
    let descriptions = Dictionary(
      uniqueKeysWithValues: upload.descriptions.map { (NameBytes($0.key), $0.value) })
    var indexOf: [NameBytes: Int] = [:]
    for var series in upload.series {
      let name = NameBytes(series.host ?? "")
      samples += series.samples.count
      series.samples = series.samples.inOrder
      bytes +=
        MemoryLayout<Sample>.stride * (series.samples.count + series.keys.count)
        + MemoryLayout<HandleSeries>.stride
      let index =
        indexOf[name]
        ?? {
          hosts.append(Host(name: name.text, description: descriptions[name], series: []))
          indexOf[name] = hosts.count - 1
          return hosts.count - 1
        }()
      hosts[index].series.append(series)
    }
    // Collectors may send what a host is apart from its counts.
    for (name, description) in upload.descriptions.sorted(by: { $0.key < $1.key })
    where indexOf[NameBytes(name)] == nil
      && (description.product ?? description.servicePack) != nil
    {
      hosts.append(Host(name: name, description: description, series: []))
    }
  }
}
