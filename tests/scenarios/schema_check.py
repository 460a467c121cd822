"""Whether the JSON Schema of scenario files accepts the catalogue and refuses what the loader refuses.

usage: schema_check.py LAZARET_SCENARIO FILE...
"""
import copy, json, re, subprocess, sys

import jsonschema, yaml

SCENARIO, FILES = sys.argv[1], sys.argv[2:]


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: on and off are words, 1e-05 is a number."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:bool",)]
    for first, resolvers in copy.deepcopy(yaml.SafeLoader.yaml_implicit_resolvers).items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+[eE][-+]?[0-9]+$"), list("-+0123456789"))

schema = json.loads(subprocess.run([SCENARIO, "schema"], capture_output=True, check=True, text=True).stdout)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def errors(text):
    return [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(yaml.load(text, Loader))]


count = 0
for file in FILES:
    with open(file) as f:
        found = errors(f.read())
    assert not found, (file, found)
    count += 1
assert count >= 14, f"only {count} scenarios were tried"
commented = subprocess.run([SCENARIO, "new"], capture_output=True, check=True, text=True).stdout
assert not errors(commented), errors(commented)
for good in ("isp.homes: 5", "policy: {quarantine.profile: leaky}", "policy.quarantine.profile: leaky", "infections: [{behaviour: dga, homes: 3}]"):
    assert not errors(good), (good, errors(good))
for bad in ("isp: {hoems: 5}", "isp: {homes: 0}", "isp: {homes: 2.5}", "fidelity: lab", "journal: true", "isp.hoems: 5",
            "infections: [{behaviour: kitten}]", "infections: [{homes: 3}]", "infections: [{behaviour: scanner, ports: []}]",
            "policy: {quarantine: {profile: loud}}", "policy: {services: {resolvers: 192.0.2.1}}", "duration_s: long"):
    assert errors(bad), bad
print(f"{count} scenarios of the catalogue and the commented one are accepted")
