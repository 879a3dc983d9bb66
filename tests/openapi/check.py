#!/usr/bin/env python3
"""Judges the description of the API, and answers by it, with an independent
validator (python3-jsonschema).

    check.py document FILE ROUTES
        FILE is an OpenAPI 3.1 document that hangs together: every reference
        leads somewhere, every schema is one, and its calls are those of the
        table that program api prints (ROUTES).
    check.py answer FILE METHOD PATH STATUS
        Standard input is an answer to METHOD PATH (as described) with STATUS.
    check.py call FILE TYPE
        Standard input is the body of a webhook's call of TYPE.

Prints what is wrong, a line each.
"""

import json
import re
import sys

import jsonschema

METHODS = {"get", "post", "put", "delete"}


class Document:
    def __init__(self, path):
        self.tree = json.load(open(path))
        self.wrong = []

    def at(self, reference):
        node = self.tree
        assert reference.startswith("#/"), reference
        for part in reference[2:].split("/"):
            node = node[part]
        return node

    def validator(self, schema):
        resolver = jsonschema.RefResolver("", self.tree)
        return jsonschema.Draft202012Validator(
            schema, resolver=resolver,
            format_checker=jsonschema.draft202012_format_checker)

    def need(self, right, text):
        if not right:
            self.wrong.append(text)

    def references(self, node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from self.references(value)
        if isinstance(node, list):
            for value in node:
                yield from self.references(value)

    def check(self, routes):
        tree = self.tree
        self.need(tree["openapi"] == "3.1.0", "not OpenAPI 3.1")
        self.need({"title", "version"} <= set(tree["info"]), "no title")
        used = set()
        for reference in self.references(tree):
            used.add(reference)
            try:
                self.at(reference)
            except KeyError:
                self.need(False, f"leads nowhere: {reference}")
        for kind in ("schemas", "parameters"):
            for name, part in tree["components"][kind].items():
                self.need(f"#/components/{kind}/{name}" in used,
                          f"nobody uses {kind}/{name}")
                jsonschema.Draft202012Validator.check_schema(
                    part["schema"] if kind == "parameters" else part)
        described = set()
        for path, calls in tree["paths"].items():
            for method, call in calls.items():
                self.need(method in METHODS, f"{path}: {method}")
                described.add((method.upper(), path))
                self.check_call(path, method, call)
        printed = set()
        for line in open(routes):
            _, method, path, *rest = line.rstrip("\n").split("\t")
            printed.add((method, path))
            call = tree["paths"].get(path, {}).get(method.lower(), {})
            self.need(("security" in call) == (rest[0] != "anyone"),
                      f"{method} {path}: who may call it")
            self.need(("requestBody" in call) == (rest[3] == "json"),
                      f"{method} {path}: its body")
        for one in printed ^ described:
            self.need(False, f"printed or described alone: {one}")
        self.need(len(printed) > 20, "hardly any routes")

    def check_call(self, path, method, call):
        name = f"{method} {path}"
        self.need(call["summary"], f"{name}: no summary")
        parameters = [self.at(p["$ref"]) for p in call["parameters"]]
        named = {p["name"] for p in parameters if p["in"] == "path"}
        self.need(named == set(re.findall(r"{(\w+)}", path)),
                  f"{name}: parameters {named}")
        self.need(all(re.fullmatch(r"\d{3}|default", status)
                      for status in call["responses"]), f"{name}: statuses")
        self.need("default" in call["responses"], f"{name}: no errors")

    def judge(self, schema, text):
        for error in self.validator(schema).iter_errors(json.loads(text)):
            where = "/".join(str(part) for part in error.absolute_path)
            self.need(False, f"{where}: {error.message[:300]}")

    def answer(self, method, path, status):
        answers = self.tree["paths"][path][method.lower()]["responses"]
        answer = answers.get(status)
        if not answer:
            self.need(status >= "400", f"{status} is not described")
            answer = answers["default"]
        self.judge(answer["content"]["application/json"]["schema"],
                   sys.stdin.read())

    def call(self, kind):
        content = self.tree["webhooks"][kind]["post"]["requestBody"]["content"]
        self.judge(content["application/json"]["schema"], sys.stdin.read())


def main():
    what, path, *rest = sys.argv[1:]
    document = Document(path)
    {"document": document.check, "answer": document.answer,
     "call": document.call}[what](*rest)
    for line in document.wrong:
        print(line)
    sys.exit(1 if document.wrong else 0)


main()
