#!/usr/bin/env bash
# Installs portcullis for the action: a release's archive whose checksum and, where it can be had, attestation hold,
# or the source that this script lies beside. Nothing of what it reads from the environment is ever part of a command.
#
#   INPUT_VERSION       1.2.3, or `source`; empty: the version of the source beside this script
#   INPUT_SHA256        the archive's SHA-256, if you pin it yourself; else only the release's own SHA256SUMS is asked
#   INPUT_ATTESTATION   auto (checked if gh is there), required, off
#   INPUT_DOWNLOAD_URL  where the releases lie (https:// or file://); empty: those of ACTION_REPOSITORY
#   GH_TOKEN            for `gh attestation verify`
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=dist/lib.sh
. "$here/lib.sh"

version=${INPUT_VERSION:-}
attestation=${INPUT_ATTESTATION:-auto}
repository=${ACTION_REPOSITORY:-}
temporary=${RUNNER_TEMP:?is set by the runner}
if command -v cygpath >/dev/null; then
  temporary=$(cygpath -u "$temporary")
fi
work=$(mktemp -d "$temporary/portcullis.XXXXXX")

# The target whose archive runs here. On Linux the static one: it runs in every container.
target() {
  case "${RUNNER_OS:-$(uname -s)}/${RUNNER_ARCH:-$(uname -m)}" in
    Linux/X64 | Linux/x86_64) echo x86_64-unknown-linux-musl ;;
    Linux/ARM64 | Linux/aarch64) echo aarch64-unknown-linux-musl ;;
    macOS/X64 | Darwin/x86_64) echo x86_64-apple-darwin ;;
    macOS/ARM64 | Darwin/arm64) echo aarch64-apple-darwin ;;
    Windows/X64 | MINGW*/x86_64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
  esac
}

fetch() { # URL FILE
  case $1 in
    file://*) cp -- "${1#file://}" "$2" ;;
    https://*) curl --proto '=https' --proto-redir '=https' --tlsv1.2 -fsSL --retry 3 -o "$2" -- "$1" ;;
    *) die "the download-url must begin with https:// or file://" ;;
  esac
}

# The digest that the release states for the archive: exactly one line may speak of it.
stated_sha256() { # SUMS NAME
  awk -v name="$2" '$2 == name || $2 == "*" name { print $1; n++ } END { exit n == 1 ? 0 : 1 }' "$1"
}

check_sha256() { # ARCHIVE SUMS NAME
  local is stated
  stated=$(stated_sha256 "$2" "$3") || die "SHA256SUMS of the release does not name $3 exactly once"
  is_sha256 "$stated" || die "SHA256SUMS of the release has no SHA-256 for $3"
  is=$(sha256_of "$1")
  [ "$is" = "$stated" ] || die "$3 has SHA-256 $is, the release states $stated: not installed"
  if [ -n "${INPUT_SHA256:-}" ]; then
    is_sha256 "$INPUT_SHA256" || die "the input sha256 is no SHA-256 (64 digits, lower case)"
    [ "$is" = "$INPUT_SHA256" ] || die "$3 has SHA-256 $is, the workflow pins $INPUT_SHA256: not installed"
  fi
}

# Old versions of gh end with 0 when there is no attestation at all (CVE-2025-25204), so the result itself is looked at.
attested() { # ARCHIVE
  gh attestation verify "$1" --repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" \
    --format json >"$work/attestation.json" || return 1
  grep -q '"verificationResult"' "$work/attestation.json"
}

why_not_attestable() {
  if [ -n "${INPUT_DOWNLOAD_URL:-}" ]; then
    echo "the archive is from a mirror"
  elif ! command -v gh >/dev/null; then
    echo "gh is not installed"
  elif [ -z "${GH_TOKEN:-}" ]; then
    echo "gh has no token"
  fi
}

check_attestation() { # ARCHIVE
  local why
  case $attestation in
    off) return ;;
    auto | required) ;;
    *) die "attestation is one of auto, required, off" ;;
  esac
  why=$(why_not_attestable)
  if [ -z "$why" ]; then
    attested "$1" || die "the archive has no valid attestation by $repository: not installed"
  elif [ "$attestation" = required ]; then
    die "the attestation cannot be checked: $why"
  else
    note "the attestation was not checked: $why"
  fi
}

unpack() { # ARCHIVE MEMBER
  case $1 in
    *.zip) unzip -q "$1" "$2" -d "$work" ;;
    *) tar -xzf "$1" -C "$work" "$2" ;;
  esac
}

from_release() {
  local target base name stem
  is_version "$version" || die "the version must be like 1.2.3, or source"
  target=$(target) || die "there is no archive for this machine: set version to source"
  if [ -z "${INPUT_DOWNLOAD_URL:-}" ] && [ -z "$repository" ]; then
    die "this action is used from a folder, so it has no releases: set version to source, or a download-url"
  fi
  base=${INPUT_DOWNLOAD_URL:-${GITHUB_SERVER_URL:-https://github.com}/$repository/releases/download}
  name=$(archive_name "$version" "$target")
  stem=$(archive_stem "$version" "$target")
  fetch "$base/v$version/$name" "$work/$name" || die "cannot fetch $name of v$version"
  fetch "$base/v$version/SHA256SUMS" "$work/SHA256SUMS" || die "cannot fetch SHA256SUMS of v$version"
  check_sha256 "$work/$name" "$work/SHA256SUMS" "$name"
  check_attestation "$work/$name"
  mkdir "$work/bin"
  unpack "$work/$name" "$stem/$(program_name "$target")" || die "$name does not hold the program"
  mv "$work/$stem/$(program_name "$target")" "$work/bin/"
}

from_source() {
  [ -z "${INPUT_SHA256:-}" ] || die "sha256 pins an archive, and source has none"
  [ "$attestation" != required ] || die "an attestation is of an archive, and source has none"
  command -v cargo >/dev/null || die "to build from source, cargo must be installed"
  cargo install --quiet --locked --path "$here/.." --root "$work" || die "the source does not build"
}

case $version in
  source) from_source ;;
  *)
    version=${version#v}
    version=${version:-$(version_of_source "$here/..")}
    from_release
    ;;
esac

program=$work/bin/portcullis
[ -x "$program" ] || program=$program.exe
said=$("$program" --version) || die "the installed program does not run here"
[ "$version" = source ] || [ "$said" = "portcullis $version" ] || die "the archive of $version holds another version"
note "installed $said"

folder=$work/bin
if command -v cygpath >/dev/null; then
  folder=$(cygpath -w "$folder")
fi
printf '%s\n' "$folder" >>"${GITHUB_PATH:?is set by the runner}"
printf 'path=%s\n' "$program" >>"${GITHUB_OUTPUT:?is set by the runner}"
