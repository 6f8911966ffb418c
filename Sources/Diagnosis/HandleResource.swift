/// What a series counts, and so what runs out.
public enum HandleResource: String, Hashable, Sendable, CaseIterable {
  case handles, gdiObjects = "gdi_objects", userObjects = "user_objects"
  case fileDescriptors = "file_descriptors", registryKeyOpens = "registry_key_opens"
}
