#!/usr/bin/env bash
# Writes the shell completions and man pages of a program into a folder, for an archive: extras.sh PROGRAM FOLDER
set -euo pipefail

program=$1
folder=$2
mkdir -p "$folder/completions" "$folder/man"
"$program" completions bash >"$folder/completions/portcullis.bash"
"$program" completions elvish >"$folder/completions/portcullis.elv"
"$program" completions fish >"$folder/completions/portcullis.fish"
"$program" completions powershell >"$folder/completions/_portcullis.ps1"
"$program" completions zsh >"$folder/completions/_portcullis"
"$program" man --dir "$folder/man"
