"""HTTP as its documents have it: methods, negotiation and fields of every route, and httplint's opinion
of every answer to a GET."""

import http.client
import json
import pathlib
import re
import sys
import unittest
import urllib.parse

from httplint import HttpResponseLinter
from httplint.note import levels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Support"))
from server import ROOT, server

DOCUMENT = json.loads((ROOT / "Public/openapi.json").read_text(encoding="utf-8"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")


def resolved(node):
    """What a reference leads to."""
    while "$ref" in node:
        name = node["$ref"].split("/")[1:]
        node = DOCUMENT
        for part in name:
            node = node[part]
    return node


def target(path, operation):
    """A path and query of an operation, from the examples of its parameters."""
    query = {}
    for parameter in map(resolved, operation.get("parameters", [])):
        if "example" not in parameter:
            continue
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", urllib.parse.quote(parameter["example"]))
        elif parameter["in"] == "query":
            query[parameter["name"]] = parameter["example"]
    return path + ("?" + urllib.parse.urlencode(query) if query else "")


def operations(method=None):
    """Path, method and operation of the document."""
    return [(path, name.upper(), operation) for path, methods in DOCUMENT["paths"].items()
            for name, operation in methods.items() if method in (None, name.upper())]


class Answer:
    """One request on a connection of its own, with the fields as they came."""

    def __init__(self, method, path, fields=None, body=None):
        address = urllib.parse.urlsplit(server().base)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.request(method, path, body=body, headers=fields or {})
        response = connection.getresponse()
        self.method, self.path, self.status, self.reason = method, path, response.status, response.reason
        self.fields = response.getheaders()
        self.body = response.read()
        connection.close()

    def field(self, name):
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def media_type(self):
        return (self.field("Content-Type") or "").split(";")[0]

    def notes(self):
        """What httplint says of it."""
        linter = HttpResponseLinter(no_content=self.method == "HEAD")
        linter.process_response_topline(
            b"HTTP/1.1", str(self.status).encode(), self.reason.encode())
        linter.process_headers([(key.encode(), value.encode("latin-1")) for key, value in self.fields])
        if self.body:
            linter.feed_content(self.body)
        linter.finish_content(True)
        found = list(linter.notes)
        for note in found:
            found.extend(note.subnotes)
        return found


class HTTP(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server().upload(server().log("PLC-12"))
        cls.token = {"Authorization": f"Bearer {server().token('admin')}"}

    def get(self, path, operation, **fields):
        return Answer("GET", target(path, operation), {**self.token, **fields})

    def test_a_method_that_a_route_lacks_is_405_with_allow(self):
        for path, methods in DOCUMENT["paths"].items():
            known = {name.upper() for name in methods} | {"OPTIONS"}
            known |= {"HEAD"} if "GET" in known else set()
            for method in set(METHODS) - known:
                with self.subTest(method=method, path=path):
                    answer = Answer(method, target(path, next(iter(methods.values()))), self.token)
                    self.assertEqual(answer.status, 405)
                    self.assertEqual(set(answer.field("Allow").split(", ")), known)
            with self.subTest(method="OPTIONS", path=path):
                answer = Answer("OPTIONS", target(path, next(iter(methods.values()))))
                self.assertEqual(answer.status, 204)
                self.assertEqual(set(answer.field("Allow").split(", ")), known)

    def test_head_is_get_without_the_body(self):
        for path, _, operation in operations("GET"):
            with self.subTest(path=path):
                get = self.get(path, operation)
                head = Answer("HEAD", target(path, operation), self.token)
                self.assertEqual((head.status, head.body), (get.status, b""))
                # The length of what was counted changes by being asked for.
                own = {"date", "x-request-id"} | ({"content-length"} if path == "/metrics" else set())
                for name in {key.lower() for key, _ in get.fields} - own:
                    self.assertEqual(head.field(name), get.field(name), name)

    def test_a_form_that_a_route_lacks_is_406(self):
        for path, _, operation in operations("GET"):
            offered = operation["responses"]["200"].get("content", {})
            # Where the path or `format` says the form, an answer in it beats none (RFC 9110 §12.5.1).
            if len(offered) < 2 or path in ("/assets/{name}", "/api/v1/suggestions"):
                continue
            with self.subTest(path=path):
                for media_type in offered:
                    answer = self.get(path, operation, Accept=media_type)
                    self.assertEqual((answer.status, answer.media_type), (200, media_type))
                refused = self.get(path, operation, Accept="image/png")
                self.assertEqual(refused.status, 406)

    def test_a_body_of_an_unknown_form_is_415(self):
        # These read one form only, whatever it is called: `curl -d` calls everything a form.
        lenient = {"/v1/query", "/v1/querybatch", "/api/v1/simulations", "/api/v1/hosts/{host}",
                   "/api/v1/import/prometheus"}
        refusing = 0
        for path, method, operation in operations():
            if "requestBody" not in operation or path in lenient:
                continue
            with self.subTest(path=path):
                answer = Answer(
                    method, target(path, operation),
                    {**self.token, "Content-Type": "image/png", "Sec-Fetch-Site": "same-origin"}, b"x")
                self.assertEqual(answer.status, 415)
                refusing += 1
        self.assertGreaterEqual(refusing, 6)

    def test_a_validator_saves_the_body(self):
        for path, _, operation in operations("GET"):
            if "304" not in operation["responses"]:
                continue
            with self.subTest(path=path):
                whole = self.get(path, operation)
                self.assertEqual(whole.status, 200)
                again = self.get(path, operation, **{"If-None-Match": whole.field("ETag")})
                self.assertEqual((again.status, again.body), (304, b""))
                for name in ("ETag", "Cache-Control", "Vary"):
                    self.assertEqual(again.field(name), whole.field(name))

    def test_httplint_has_nothing_bad_to_say(self):
        warnings, answers = {}, 0
        for path, _, operation in operations("GET"):
            address = target(path, operation)
            offered = list(operation["responses"]["200"].get("content", {}))
            tries = [("GET", address, {**self.token, "Accept": form, "Accept-Encoding": coding})
                     for form in offered for coding in ("identity", "gzip")]
            tries.append(("HEAD", address, self.token))
            tries.append(("GET", address + ("&" if "?" in address else "?") + "limit=0", self.token))
            tries.append(("GET", address, {}))
            tag = self.get(path, operation).field("ETag")
            if tag:
                tries.append(("GET", address, {**self.token, "If-None-Match": tag}))
            tries.append(("DELETE", address, self.token))
            for method, place, fields in tries:
                answer = Answer(method, place, fields)
                answers += 1
                for note in answer.notes():
                    if note.level == levels.BAD:
                        with self.subTest(method=method, path=place, status=answer.status):
                            self.fail(f"{note.subject}: {note.summary}\n{answer.fields}")
                    if note.level == levels.WARN:
                        warnings.setdefault(str(note.summary), []).append(f"{method} {place}")
        print(f"\nhttplint: {answers} answers")
        for text, places in sorted(warnings.items()):
            print(f"  warning, {len(places)} times, first {places[0]}: {text}")


if __name__ == "__main__":
    unittest.main()
