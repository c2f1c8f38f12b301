#!/usr/bin/env bash
# Packs a program as a release's archive: archive.sh VERSION TARGET PROGRAM EXTRAS FOLDER
# EXTRAS is the folder that extras.sh wrote. The archive's path is printed. With GNU tar the same files and
# SOURCE_DATE_EPOCH make the same bytes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=dist/lib.sh
. "$here/lib.sh"

version=$1
target=$2
program=$3
extras=$4
out=$(cd "$5" && pwd)
is_version "$version" || die "not a version: $version"
[ "$version" = "$(version_of_source "$here/..")" ] || die "Cargo.toml has another version than $version"

stem=$(archive_stem "$version" "$target")
name=$(archive_name "$version" "$target")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$stem"
cp "$program" "$work/$stem/$(program_name "$target")"
cp "$here"/../{README.md,CHANGELOG.md,LICENSE-MIT,LICENSE-APACHE} "$work/$stem/"
cp -R "$extras/completions" "$extras/man" "$work/$stem/"

cd "$work"
pack() {
  case $(tar --version) in
    *GNU*) tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" -cf - "$stem" ;;
    *) tar -cf - "$stem" ;;
  esac
}
case $name in
  *.zip) 7z a -bso0 -bsp0 "$out/$name" "$stem" ;;
  *) pack | gzip -n >"$out/$name" ;;
esac
printf '%s\n' "$out/$name"
