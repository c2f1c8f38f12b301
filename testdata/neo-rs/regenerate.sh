#!/usr/bin/env bash
# Makes the reports in passing/ and failing/ again by running the real tools. See PROVENANCE.md.
#
#   ADVISORY_DB=/path/to/advisory-db.tar.gz ./regenerate.sh [passing|failing]...
#
# ADVISORY_DB  a RustSec advisory-db as a tar.gz or as a folder (with crates/ in it)
# TOOLS        folder with cargo-tarpaulin, cargo-audit, cargo-deny, cargo-license, cargo-outdated (default: PATH)
# PORTCULLIS   our own binary, for the step record and the baseline (default: portcullis on PATH)
# WORK         scratch folder (default: a new temporary one, removed at the end)
# OUT          where the sets are written (default: beside this script)
#
# Needed besides: cargo with clippy and rustfmt, cargo-nextest, hyperfine, git, python3, and the crates.io index.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${OUT:-$here}
: "${ADVISORY_DB:?set ADVISORY_DB to an advisory-db tar.gz or folder}"
if [ -z "${WORK:-}" ]; then
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
fi
[ -z "${TOOLS:-}" ] || PATH="$TOOLS:$PATH"
portcullis=$(command -v "${PORTCULLIS:-portcullis}") || { echo "set PORTCULLIS to our own binary" >&2; exit 1; }
portcullis=$(realpath "$portcullis")
cargo_home=${CARGO_HOME:-$HOME/.cargo}
[ $# -gt 0 ] || set -- passing failing

unset CARGO_TARGET_DIR RUST_BACKTRACE RUSTFLAGS
export CARGO_TERM_COLOR=never NO_COLOR=1 LC_ALL=C

say() { printf '== %s\n' "$*" >&2; }
# The command must have ended with this exit code: any other means that the report is not what it should be.
expect() {
    local want=$1 got=0
    shift
    "$@" || got=$?
    [ "$got" = "$want" ] || { say "exit $got instead of $want: $*"; exit 1; }
}

# The advisory database, as the git repository with one commit that cargo-deny asks for.
db=$WORK/advisory-db
if [ ! -d "$db/.git" ]; then
    mkdir -p "$db"
    if [ -d "$ADVISORY_DB" ]; then
        cp -r "$ADVISORY_DB/." "$db"
    else
        tar -xzf "$ADVISORY_DB" -C "$db" --strip-components 1
    fi
    when=$(date -u -r "$db/support.toml" +%Y-%m-%dT%H:%M:%SZ)
    (
        cd "$db"
        export GIT_AUTHOR_NAME=neo-rs GIT_AUTHOR_EMAIL=neo-rs@example.invalid GIT_AUTHOR_DATE=$when
        export GIT_COMMITTER_NAME=neo-rs GIT_COMMITTER_EMAIL=neo-rs@example.invalid GIT_COMMITTER_DATE=$when
        git init -q -b main .
        git add -A
        git commit -q -m Snapshot
    )
fi
# cargo-deny keeps databases as DB-PATH/NAME-HASH, where the hash is that of the address it would fetch from.
deny_db=$WORK/deny-db
mkdir -p "$deny_db"
ln -sfn "$db" "$deny_db/advisory-db-3157b0e258782691"

coverage() { # exit-code report-name, then the arguments that choose the tests
    local want=$1 name=$2
    shift 2
    rm -f coverage-out/cobertura.xml
    expect "$want" cargo tarpaulin --engine llvm --locked --skip-clean --no-fail-fast --target-dir target/tarpaulin \
        --exclude-files '*/tests/*' --out Xml --output-dir coverage-out "$@" >>log 2>&1
    mv coverage-out/cobertura.xml "$reports/coverage/$name.xml"
}

for set in "$@"; do
    say "$set"
    ws=$WORK/$set/neo-rs
    reports=$WORK/$set/reports
    rm -rf "${WORK:?}/$set"
    mkdir -p "$ws" "$reports"/{coverage,tests,security,licenses,dependencies,lints}
    cp -r "$here/workspace/." "$ws"
    failed=0
    if [ "$set" = failing ]; then
        cp -r "$here/workspace-failing/." "$ws"
        failed=1
    fi
    cd "$ws"
    cargo fmt --all --check

    say "$set: coverage"
    coverage 0 unit --workspace --lib
    # tarpaulin ends with 1 when a test failed, and has written the report by then.
    if [ "$set" = failing ]; then
        coverage 1 integration --workspace --test scripts --test chain --test accounts --test commands
    else
        coverage 0 integration --workspace --test scripts --test chain --test commands
    fi
    coverage 0 e2e --package neo-node --test e2e --follow-exec

    say "$set: tests"
    expect $((failed * 100)) cargo nextest run --workspace --locked --profile ci >>log 2>&1
    cp target/nextest/ci/junit.xml "$reports/tests/junit.xml"

    say "$set: lints"
    cargo clippy --workspace --all-targets --locked --message-format=json >"$reports/lints/clippy.ndjson" 2>>log

    # Our own step record. In failing/ clippy and test fail, and nobody ran doc.
    say "$set: steps"
    step() { expect "$1" "$portcullis" record "$2" --to "$reports/steps.jsonl" -- "${@:3}" >>log 2>&1; }
    step 0 fmt cargo fmt --all --check
    step $((failed * 101)) clippy cargo clippy --workspace --all-targets --locked -- -D warnings
    [ "$set" = failing ] || step 0 doc cargo doc --workspace --no-deps --locked
    step 0 build cargo build --workspace --locked
    step $((failed * 101)) test cargo test --workspace --locked --no-fail-fast

    say "$set: security"
    expect $failed cargo audit --db "$db" --no-fetch --json >"$reports/security/cargo-audit.json" 2>>log
    sed "s|^\[advisories\]|&\ndb-path = \"$deny_db\"|" deny.toml >deny-local.toml
    # Exit code: bits for advisories (1), bans (2), licences (4), sources (8).
    cargo fetch --locked >>log 2>&1
    expect $((failed * 5)) cargo deny --format json --locked --offline --config deny-local.toml check \
        2>"$reports/security/cargo-deny.ndjson" >>log
    rm deny-local.toml
    python3 "$here/make-trivy.py" Cargo.lock "$reports/security/cargo-audit.json" >"$reports/security/trivy.sarif"

    say "$set: licences, outdated"
    cargo license --json --avoid-build-deps >"$reports/licenses/cargo-license.json"
    cargo outdated --workspace --format json >"$reports/dependencies/cargo-outdated.json" 2>>log

    if [ "$set" = passing ]; then
        say "$set: performance"
        mkdir -p "$reports/performance"
        cargo build --release --locked >>log 2>&1
        hyperfine -N --warmup 5 --runs 20 --export-json "$reports/performance/hyperfine.json" \
            -n produce 'target/release/neo-node --gas 100 produce 1024' \
            -n run 'target/release/neo-node --gas 1000000 run "push 60000 push 1 sub dup jump_if 1"' >>log 2>&1
    fi

    say "$set: cleaning"
    python3 - "$reports" "$ws" "$cargo_home" "$HOME" "$(uname -n)" <<'PY'
import pathlib, re, sys
reports, ws, cargo_home, home, host = sys.argv[1:]
for path in pathlib.Path(reports).rglob("*"):
    if path.is_file():
        text = path.read_text()
        text = text.replace(ws, "/src/neo-rs").replace(cargo_home, "/cargo")
        path.write_text(text)
        for word in (home + "/", str(pathlib.Path(ws).parent.parent)):
            assert word not in text, f"{path}: {word}"
        # A host called "vm" is also the name of a folder of the workspace: look for that one in attributes only.
        alone = rf"\b{re.escape(host)}\b" if len(host) > 3 else rf"host(name)?\W+{re.escape(host)}\b"
        assert not re.search(alone, text), f"{path}: {host}"
PY
    rm -rf "${out:?}/$set"
    mkdir -p "$out/$set"
    cp -r "$reports/." "$out/$set"
done

# The baseline of both sets: the verdict of the passing one, before it had a baseline.
if [ -f "$WORK/passing/reports/steps.jsonl" ]; then
    say "baseline"
    cd "$here/../.."
    "$portcullis" check -p policies/neo-rs.toml --root "$WORK/passing/reports" --baseline none -f json >"$WORK/verdict.json"
    for set in passing failing; do
        "$portcullis" baseline save "$WORK/verdict.json" -o "$out/$set/baseline.json"
    done
fi
say "done"
