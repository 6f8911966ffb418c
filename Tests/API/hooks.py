"""What schemathesis needs to know of this API beyond its document."""

import schemathesis


@schemathesis.serializer("application/x-protobuf")
def protobuf(context, value):
    """Bytes as they come; what is no message is to be told so."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_load_schema(context, schema):
    """An answer has no member that the document doesn't name.

    Clients have to pass over members that they don't know, so that the document leaves room for them.
    Here it doesn't: what the server says is to be described.
    """
    def close(node):
        if isinstance(node, dict):
            if node.get("type") == "object" and isinstance(node.get("properties"), dict):
                node.setdefault("additionalProperties", False)
            for child in node.values():
                close(child)
        elif isinstance(node, list):
            for child in node:
                close(child)

    asked = {"OSVQuery"}
    for name, model in schema["components"]["schemas"].items():
        if name not in asked:
            close(model)
    for methods in schema["paths"].values():
        for operation in methods.values():
            close(operation["responses"])
    close(schema["components"]["responses"])
