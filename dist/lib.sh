# shellcheck shell=bash
# What the scripts of this folder share. They run on Linux, macOS (bash 3.2) and in Git Bash.

# The name of a release's archive, without its ending. `cargo binstall` looks for this very name, and the archive
# holds one folder of it.
archive_stem() { # VERSION TARGET
  printf 'portcullis-%s-v%s' "$2" "$1"
}

# The archive's file name.
archive_name() { # VERSION TARGET
  case $2 in
    *windows*) printf '%s.zip' "$(archive_stem "$1" "$2")" ;;
    *) printf '%s.tar.gz' "$(archive_stem "$1" "$2")" ;;
  esac
}

# The program's file name.
program_name() { # TARGET
  case $1 in
    *windows*) printf 'portcullis.exe' ;;
    *) printf 'portcullis' ;;
  esac
}

# What holds for a line that a CI runner reads: a command cannot be forged by a newline or a percent sign.
one_line() { # TEXT
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

note() { # TEXT
  printf 'portcullis: %s\n' "$(one_line "$1")" >&2
}

# Ends with 2, which is "nothing was judged", never with a code that could be a verdict.
die() { # TEXT
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    printf '::error title=portcullis::%s\n' "$(one_line "$1")"
  else
    note "$1"
  fi
  exit 2
}

sha256_of() { # FILE
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d ' ' -f 1
  else
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  fi
}

is_sha256() { # TEXT
  [[ $1 =~ ^[0-9a-f]{64}$ ]]
}

is_version() { # TEXT
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]
}

# The version that the source in that folder has.
version_of_source() { # FOLDER
  awk -F '"' '/^version = "/ { print $2; exit }' "$1/Cargo.toml"
}
