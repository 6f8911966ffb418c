import System

extension FleetStore {
  /// Stores an upload and waits for the commit.
  public func store(_ upload: FleetUpload) throws -> UploadReceipt {
    let outcome = Promise<Result<UploadReceipt, any Error>>()
    store(upload) { outcome.resolve($0) }
    return try outcome.wait().get()
  }
}
