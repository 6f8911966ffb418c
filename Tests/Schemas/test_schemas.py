"""Every OSV record and every OpenVEX document of a server against what others publish.

    python3 Tests/Schemas/test_schemas.py --program .build/release/fixlevel [--archive FOLDER]

OSV: the JSON Schema of the OSV format as OSV.dev's own library on PyPI carries it (Apache-2.0; version
1.6.7, whose parts that are used here are those of 1.7). The names of databases and ecosystems are a
register, into which nobody has entered ours: they are put in beside the others. OpenVEX: the models of
vexipy, which refuse what the specification 0.2.0 doesn't allow.
"""

import argparse
import importlib.metadata
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import jsonschema
import vexipy

# The members of a document, of a statement and of what it holds, in OpenVEX 0.2.0.
MEMBERS = {
    "document": {"@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling",
                 "statements"},
    "statement": {"@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status",
                  "supplier", "status_notes", "justification", "impact_statement", "action_statement",
                  "action_statement_timestamp"},
    "vulnerability": {"@id", "name", "description", "aliases"},
    "product": {"@id", "identifiers", "hashes", "subcomponents"},
}


def osv_validator():
    """Checks a record, its times included."""
    folder = importlib.metadata.distribution("osv").locate_file("osv/osv-schema/validation")
    schema = json.loads((pathlib.Path(folder) / "schema.json").read_text(encoding="utf-8"))
    schema["$defs"]["prefix"]["pattern"] += r"|^MSKB-Q[1-9][0-9]{0,6}$"
    schema["$defs"]["ecosystem"]["pattern"] += "|^Microsoft$"
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    # A validator that refuses nothing would prove nothing.
    good = {"id": "MSKB-Q1", "modified": "2001-08-09T00:00:00Z"}
    validator.validate(good)
    for bad in ({"id": "KB-1"}, {"modified": "yesterday"}, {"products": []}, {"affected": [{"package": {}}]}):
        assert not validator.is_valid(good | bad), bad
    return validator


def check_vex(document):
    """Raises for what the specification doesn't allow."""
    vexipy.Document.from_json(json.dumps(document))
    assert set(document) <= MEMBERS["document"], set(document)
    assert document["statements"], "no statement"
    for statement in document["statements"]:
        assert set(statement) <= MEMBERS["statement"], set(statement)
        assert set(statement["vulnerability"]) <= MEMBERS["vulnerability"]
        assert all(set(product) <= MEMBERS["product"] for product in statement["products"])
        assert (statement["status"] == "affected") == ("action_statement" in statement), statement
    texts = [json.dumps(statement, sort_keys=True) for statement in document["statements"]]
    assert len(set(texts)) == len(texts), "the same statement twice"


class Server:
    """`fixlevel serve` on data of its own."""

    def __init__(self, program, folder, archive):
        data = str(folder / "data")
        if archive:
            subprocess.run([program, "import", "--data-dir", data, archive], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([program, "serve", "--port", str(port), "--data-dir", data],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get("/readyz")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def get(self, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(self.base + path, data, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith((b"{", b"[")) else text

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def records(server, product):
    """All OSV records of a product, page by page."""
    query = {"package": {"ecosystem": "Microsoft", "name": product}}
    while True:
        answer = server.get("/v1/query", query)
        yield from answer.get("vulns", [])
        if "next_page_token" not in answer:
            return
        query["page_token"] = answer["next_page_token"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--archive", help="articles to import; without it the built-in one is checked")
    arguments = parser.parse_args()
    osv = osv_validator()
    faults, seen, documents, statements = [], set(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        server = Server(arguments.program, pathlib.Path(name), arguments.archive)
        try:
            for product in server.get("/api/v1/products")["items"]:
                for record in records(server, product["id"]):
                    # The same record for each of its products.
                    if record["id"] in seen:
                        continue
                    seen.add(record["id"])
                    faults += [f"{record['id']}: {error.json_path}: {error.message[:200]}"
                               for error in osv.iter_errors(record)]
                levels = [None] + [level["service_pack"] for level in product["levels"]]
                for level in levels:
                    path = f"/api/v1/vex?product={product['id']}"
                    path += f"&service_pack={level}" if level else ""
                    try:
                        document = server.get(path)
                    except urllib.error.HTTPError as error:
                        if error.code == 404:
                            break
                        faults.append(f"{path}: {error.code} {error.read()[:200]}")
                        continue
                    try:
                        check_vex(document)
                    except (AssertionError, ValueError) as error:
                        faults.append(f"{path}: {str(error)[:300]}")
                    documents += 1
                    statements += len(document["statements"])
        finally:
            server.stop()
    print("\n".join(faults[:20]))
    print(f"{len(seen)} OSV records, {documents} OpenVEX documents with {statements} statements: "
          f"{len(faults)} faults")
    return 1 if faults or not seen or not statements else 0


if __name__ == "__main__":
    sys.exit(main())
