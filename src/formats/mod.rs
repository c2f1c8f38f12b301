//! The formats: how each kind of report is recognised and read.
//!
//! One more is a file beside this one and two lines here: its `mod` and its entry in [`ALL`].

mod admitted;
mod advisory_db;
mod bandit;
mod cargo_about;
mod cargo_audit;
mod cargo_criterion;
mod cargo_deny;
mod cargo_deny_list;
mod cargo_license;
mod cargo_lock;
mod cargo_messages;
mod cargo_metadata;
mod cargo_outdated;
mod cargo_timings;
mod checkov;
mod checkstyle;
mod clover;
mod cobertura;
mod code_quality;
mod coverage_py;
mod criterion;
mod ctrf;
mod cyclonedx;
mod epss;
mod eslint;
mod file_totals;
mod github_action_benchmark;
mod github_jobs;
mod github_needs;
mod gitlab_security;
mod gitleaks;
mod go_bench;
mod go_cover;
mod go_test;
mod govulncheck;
mod grype;
mod head;
mod hyperfine;
mod istanbul_summary;
mod jacoco;
mod junit;
mod kev;
mod lcov;
mod libtest;
mod libtest_bench;
mod license_checker;
mod llvm_cov;
mod npm_audit;
mod nunit;
mod openvex;
mod osv;
mod osv_scanner;
mod pip_audit;
mod pip_licenses;
mod pytest_benchmark;
mod rdjson;
mod ruff;
mod rustsec;
mod said;
mod sarif;
mod scan;
mod semgrep;
mod sonar_generic;
mod spdx;
pub(crate) mod steps;
mod tap;
mod tarpaulin;
mod time_unit;
mod trivy;
mod trx;
mod unclaimed;

pub use head::Head;
pub use unclaimed::describe;

use crate::facts::{Kind, Report};
use crate::input::{CHUNK, Result, Window};

/// One kind of report.
pub struct Format {
    /// Its name: in the policy's `format`, in `inspect`, in the documentation.
    pub name: &'static str,
    /// The kinds of facts that it can give.
    pub gives: &'static [Kind],
    /// Who writes it, and in which versions it was tried; for the documentation.
    pub producers: &'static str,
    /// Whether a file is of this format, by what stands at its head.
    recognise: fn(&Head) -> bool,
    /// Reads it in one pass.
    read: fn(&mut Input<'_, '_>) -> Result<Report>,
}

/// A report while it is read.
pub struct Input<'a, 'r> {
    /// Its bytes.
    pub window: &'a mut Window<'r>,
    /// Where it lies, with `/` between folders. Only criterion's name of a benchmark stands there.
    pub path: &'a str,
}

/// All formats, by name.
pub const ALL: &[Format] = &[
    advisory_db::FORMAT,
    bandit::FORMAT,
    cargo_about::FORMAT,
    cargo_audit::FORMAT,
    cargo_criterion::FORMAT,
    cargo_deny::FORMAT,
    cargo_deny_list::FORMAT,
    cargo_license::FORMAT,
    cargo_lock::FORMAT,
    cargo_messages::FORMAT,
    cargo_metadata::FORMAT,
    cargo_outdated::FORMAT,
    cargo_timings::FORMAT,
    checkov::FORMAT,
    checkstyle::FORMAT,
    clover::FORMAT,
    cobertura::FORMAT,
    code_quality::FORMAT,
    coverage_py::FORMAT,
    criterion::FORMAT,
    ctrf::FORMAT,
    cyclonedx::FORMAT,
    epss::FORMAT,
    eslint::FORMAT,
    github_action_benchmark::FORMAT,
    github_jobs::FORMAT,
    github_needs::FORMAT,
    gitlab_security::FORMAT,
    gitleaks::FORMAT,
    go_bench::FORMAT,
    go_cover::FORMAT,
    go_test::FORMAT,
    govulncheck::FORMAT,
    grype::FORMAT,
    hyperfine::FORMAT,
    istanbul_summary::FORMAT,
    jacoco::FORMAT,
    junit::FORMAT,
    kev::FORMAT,
    lcov::FORMAT,
    libtest::FORMAT,
    libtest_bench::FORMAT,
    license_checker::FORMAT,
    llvm_cov::FORMAT,
    npm_audit::FORMAT,
    nunit::FORMAT,
    openvex::FORMAT,
    osv_scanner::FORMAT,
    pip_audit::FORMAT,
    pip_licenses::FORMAT,
    pytest_benchmark::FORMAT,
    rdjson::FORMAT,
    ruff::FORMAT,
    sarif::FORMAT,
    semgrep::FORMAT,
    sonar_generic::FORMAT,
    spdx::FORMAT,
    steps::FORMAT,
    tap::FORMAT,
    tarpaulin::FORMAT,
    trivy::FORMAT,
    trx::FORMAT,
];

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|f| f.name == name)
    }

    /// Every format that claims what begins so: one, or none.
    pub fn claiming(head: &Head) -> impl Iterator<Item = &'static Self> {
        ALL.iter().filter(move |f| (f.recognise)(head))
    }

    /// Reads a report of this format.
    ///
    /// # Errors
    /// What the format refuses.
    pub fn read(&self, input: &mut Input<'_, '_>) -> Result<Report> {
        (self.read)(input)
    }
}

/// A format that claims a file, and another that does as well.
pub type Claimed = (&'static Format, Option<&'static Format>);

/// The format of the report in `window`, found by its head; a larger head is tried where the first
/// [`CHUNK`] proves nothing. The other value is the head that nobody claims. What begins as a report and cannot be
/// read further is that report: its reader meets the same error.
///
/// # Errors
/// The file cannot be read, or is no UTF-8.
pub fn recognise(window: &mut Window<'_>, path: &str) -> Result<std::result::Result<Claimed, Head>> {
    let mut head = Head::default();
    for sample in [CHUNK, CHUNK * 16] {
        let failed = window.at_least(sample).err();
        head = Head::of(window.rest(), path);
        let mut claiming = Format::claiming(&head);
        match (claiming.next(), failed) {
            (Some(format), _) => return Ok(Ok((format, claiming.next()))),
            (None, Some(e)) => return Err(e),
            (None, None) => {}
        }
    }
    Ok(Err(head))
}
