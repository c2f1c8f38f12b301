#!/usr/bin/env python3
"""Writes what `trivy fs --format sarif --scanners vuln` would write about a Cargo.lock. NOT made by Trivy.

    make-trivy.py Cargo.lock cargo-audit.json > trivy.sarif

Trivy could not be run where these reports were made. The shape follows Trivy's own writer (aquasecurity/trivy
pkg/report/sarif.go), the places its parser of Cargo.lock. The findings are the vulnerabilities that cargo-audit
found in the same Cargo.lock, under the CVE id that Trivy uses; titles, descriptions and CVSS vectors are those of the
RustSec database, where Trivy would take those of GHSA or NVD. What RustSec calls informational (unsound,
unmaintained) is left out, since no severity of it is known here. `version` is "dev", as in Trivy's own test files.
"""
import json
import re
import sys

ROOT = "file:///src/neo-rs/"
LEVEL = {"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "note", "UNKNOWN": "note"}
SCORE = {"CRITICAL": "9.5", "HIGH": "8.0", "MEDIUM": "5.5", "LOW": "2.0", "UNKNOWN": "0.0"}


def cvss3(vector):
    """The base score of a CVSS 3.x vector, by the standard."""
    m = dict(part.split(":") for part in vector.split("/")[1:])
    changed = m["S"] == "C"
    weight = {
        "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
        "AC": {"L": 0.77, "H": 0.44},
        "PR": {"N": 0.85, "L": 0.68 if changed else 0.62, "H": 0.5 if changed else 0.27},
        "UI": {"N": 0.85, "R": 0.62},
        "CIA": {"H": 0.56, "L": 0.22, "N": 0.0},
    }
    iss = 1 - (1 - weight["CIA"][m["C"]]) * (1 - weight["CIA"][m["I"]]) * (1 - weight["CIA"][m["A"]])
    impact = 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 if changed else 6.42 * iss
    ease = 8.22 * weight["AV"][m["AV"]] * weight["AC"][m["AC"]] * weight["PR"][m["PR"]] * weight["UI"][m["UI"]]
    if impact <= 0:
        return 0.0
    raw = min((1.08 if changed else 1) * (impact + ease), 10)
    tenths = round(raw * 100_000)
    return (tenths // 10_000 + (tenths % 10_000 > 0)) / 10


def word(score):
    if score is None or score == 0:
        return "UNKNOWN"
    return "CRITICAL" if score >= 9 else "HIGH" if score >= 7 else "MEDIUM" if score >= 4 else "LOW"


def places(lock):
    """(name, version) -> (first line, last line) of its [[package]], as Trivy's parser counts them."""
    found, start, name, version = {}, 0, None, None
    for number, line in enumerate(lock.splitlines() + [""], 1):
        if line.startswith("[[package]]"):
            start = number
        elif line.startswith("name = "):
            name = line.split('"')[1]
        elif line.startswith("version = ") and start:
            version = line.split('"')[1]
        elif not line.strip() and start:
            found[name, version] = (start, number - 1)
            start = 0
    return found


def fixed(patched):
    """Trivy prints the first fixed version of each range."""
    return ", ".join(re.search(r"\d[\w.+-]*", spec).group() for spec in patched)


def main():
    lock = open(sys.argv[1]).read()
    audit = json.load(open(sys.argv[2]))
    where = places(lock)
    rules, results, index = [], [], {}
    order = lambda entry: (entry["package"]["name"], entry["package"]["version"], entry["advisory"]["id"])
    for entry in sorted(audit["vulnerabilities"]["list"], key=order):
        advisory, package = entry["advisory"], entry["package"]
        name, version = package["name"], package["version"]
        ids = advisory["aliases"]
        id = next((i for i in ids if i.startswith("CVE-")), next((i for i in ids if i.startswith("GHSA-")), None))
        if id is None:
            continue  # Trivy's source for Rust is GHSA: it does not know what has a RustSec id only
        vector = advisory["cvss"] or ""
        score = cvss3(vector) if vector.startswith("CVSS:3") else None
        severity = word(score)
        fix = fixed(entry["versions"]["patched"])
        url = f"https://avd.aquasec.com/nvd/{id.lower()}"
        title, description = advisory["title"], advisory["description"].strip()
        properties = {
            "precision": "very-high",
            "security-severity": f"{score:.1f}" if score else SCORE[severity],
            "tags": ["vulnerability", "security", severity],
        }
        if score:
            properties |= {"cvssv3_vector": vector, "cvssv3_baseScore": score}
        rule = {
            "id": id,
            "name": "LanguageSpecificPackageVulnerability",
            "shortDescription": {"text": title},
            "fullDescription": {"text": description},
            "defaultConfiguration": {"level": LEVEL[severity]},
            "helpUri": url,
            "help": {
                "text": f"Vulnerability {id}\nSeverity: {severity}\nPackage: {name}\nFixed Version: {fix}\n"
                f"Link: [{id}]({url})\n{description}",
                "markdown": f"**Vulnerability {id}**\n| Severity | Package | Fixed Version | Link |\n"
                f"| --- | --- | --- | --- |\n|{severity}|{name}|{fix}|[{id}]({url})|\n\n{description}",
            },
            "properties": dict(sorted(properties.items())),
        }
        if id in index:
            rules[index[id]] = rule  # as Trivy does: the last package with that id decides
        else:
            index[id] = len(rules)
            rules.append(rule)
        first, last = where[name, version]
        results.append({
            "ruleId": id,
            "ruleIndex": index[id],
            "level": LEVEL[severity],
            "message": {
                "text": f"Package: {name}\nInstalled Version: {version}\nVulnerability {id}\nSeverity: {severity}\n"
                f"Fixed Version: {fix}\nLink: [{id}]({url})"
            },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": {"uri": "Cargo.lock", "uriBaseId": "ROOTPATH"},
                    "region": {"startLine": first, "startColumn": 1, "endLine": last, "endColumn": 1},
                },
                "message": {"text": f"Cargo.lock: {name}@{version}"},
            }],
        })
    report = {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0-rtm.5.json",
        "runs": [{
            "tool": {"driver": {
                "fullName": "Trivy Vulnerability Scanner",
                "informationUri": "https://github.com/aquasecurity/trivy",
                "name": "Trivy",
                "rules": rules,
                "version": "dev",
            }},
            "results": results,
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {"ROOTPATH": {"uri": ROOT}},
        }],
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    # Go's encoder writes these three as escapes.
    sys.stdout.write(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


main()
