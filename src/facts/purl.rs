//! Packages by their purl (package-url/purl-spec `PURL-SPECIFICATION.rst` and `PURL-TYPES.rst`), and what
//! makes two spellings of a package one.

use super::Package;
use crate::text::Text;

/// Types whose namespace is a part of the package's name, and what stands between them.
const NAMESPACED: [(&str, char); 9] = [
    ("npm", '/'),
    ("maven", ':'),
    ("golang", '/'),
    ("composer", '/'),
    ("github", '/'),
    ("bitbucket", '/'),
    ("swift", '/'),
    ("clojars", '/'),
    ("huggingface", '/'),
];

impl Package {
    /// The package that a purl names: `pkg:npm/%40babel/core@7.0.0` is `@babel/core` 7.0.0, `pkg:maven/g/a@1`
    /// is `g:a` 1. `None` for what is no purl. Qualifiers and subpath say nothing of its identity here.
    #[must_use]
    pub fn of_purl(purl: &str) -> Option<Self> {
        let rest = purl.trim().strip_prefix("pkg:")?.trim_start_matches('/');
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (kind, path) = rest.split_once('/')?;
        let kind = kind.to_ascii_lowercase();
        let path = path.trim_matches('/');
        // A version stands behind the last `@`; one at the front of a name is encoded, or an old npm scope.
        let (path, version) = match path.rsplit_once('@') {
            Some((path, version)) if !path.is_empty() && !version.contains('/') => (path, Some(version)),
            _ => (path, None),
        };
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (namespace, name) = (percent_decoded(namespace), percent_decoded(name));
        if name.is_empty() {
            return None;
        }
        let between = NAMESPACED.iter().find(|(k, _)| *k == kind).map(|(_, c)| *c);
        let full = match between {
            Some(between) if !namespace.is_empty() => format!("{namespace}{between}{name}"),
            _ => name,
        };
        let version = version.map(percent_decoded).filter(|v| !v.is_empty());
        Some(Self { name: Text::new(&full), version: version.as_deref().map(Text::new) })
    }

    /// What is the same for every spelling of the name: ids are compared without regard to case, and
    /// `-`, `_` and `.` are one (PEP 503 for Python; crates.io has no two names that differ by them).
    #[must_use]
    pub fn name_key(name: &str) -> String {
        let mut key = String::with_capacity(name.len());
        for c in name.chars() {
            match c {
                '-' | '_' | '.' if key.ends_with('-') => {}
                '-' | '_' | '.' => key.push('-'),
                c => key.extend(c.to_lowercase()),
            }
        }
        key
    }

    /// What is the same for every spelling of the version: Go's `v1.2.3` is `1.2.3`.
    #[must_use]
    pub fn version_key(version: &str) -> &str {
        match version.strip_prefix('v') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
            _ => version,
        }
    }
}

/// Percent-encoding taken back; what is broken is left as it is.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purls_name_packages_as_their_users_write_them() {
        for (purl, name, version) in [
            ("pkg:cargo/smallvec@0.6.12", "smallvec", Some("0.6.12")),
            ("pkg:npm/%40babel/core@7.0.0", "@babel/core", Some("7.0.0")),
            ("pkg:npm/@babel/core", "@babel/core", None),
            ("pkg:npm/@babel/core@7.0.0", "@babel/core", Some("7.0.0")),
            ("pkg:maven/org.apache/log4j-core@2.14.1?type=jar", "org.apache:log4j-core", Some("2.14.1")),
            ("pkg:golang/golang.org/x/net@v0.1.0#http2", "golang.org/x/net", Some("v0.1.0")),
            ("pkg:deb/debian/libc6@2.31-13%2Bdeb11u5?arch=amd64&distro=debian-11", "libc6", Some("2.31-13+deb11u5")),
            ("pkg:pypi/Django@1.0", "Django", Some("1.0")),
            ("pkg://gem/rails@5", "rails", Some("5")),
            ("pkg:docker/cassandra@sha256:244fd47e07d1004f0aed9c", "cassandra", Some("sha256:244fd47e07d1004f0aed9c")),
        ] {
            let package = Package::of_purl(purl).unwrap();
            assert_eq!((&*package.name, package.version.as_deref()), (name, version), "{purl}");
        }
        for none in ["", "smallvec", "pkg:", "pkg:cargo", "pkg:cargo/", "pkg:cargo/@1"] {
            assert_eq!(
                Package::of_purl(none).map(|p| p.name),
                if none.ends_with("@1") { Some("@1".into()) } else { None }
            );
        }
    }

    #[test]
    fn spellings_of_one_package_have_one_key() {
        assert_eq!(Package::name_key("Ruamel_yaml.clib"), Package::name_key("ruamel-yaml--clib"));
        assert_ne!(Package::name_key("@babel/core"), Package::name_key("babel/core"));
        assert_eq!((Package::version_key("v1.2"), Package::version_key("vnext")), ("1.2", "vnext"));
    }
}
