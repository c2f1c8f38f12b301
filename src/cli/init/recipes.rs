//! How evidence is made: one table for the hints in a starter policy and for the workflow of a CI.

use crate::facts::Kind;

/// What a repository is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    Rust,
    Node,
    Python,
    Go,
}

/// A report that a command leaves.
#[derive(Debug)]
pub(super) struct Product {
    /// The evidence's name.
    pub(super) name: &'static str,
    pub(super) format: &'static str,
    pub(super) kind: Kind,
    /// Where it goes unless a policy says otherwise.
    pub(super) path: &'static str,
    /// Where the tool puts it whatever it is told; else at the path.
    pub(super) written: Option<&'static str>,
}

/// One command and the reports that it leaves.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) language: Language,
    /// What the step is called.
    pub(super) title: &'static str,
    /// What is installed for it, a command each.
    pub(super) install: &'static [&'static str],
    /// The command; `{NAME}` stands for the path of the product of that name.
    pub(super) run: &'static str,
    pub(super) products: &'static [Product],
    /// Only where this file lies in the repository.
    pub(super) needs: Option<&'static str>,
}

const fn product(name: &'static str, format: &'static str, kind: Kind, path: &'static str) -> Product {
    Product { name, format, kind, path, written: None }
}

/// Versions that the readers were tried with, or newer ones of the same output.
pub(super) const RECIPES: &[Recipe] = &[
    Recipe {
        language: Language::Rust,
        title: "Test, and measure coverage",
        install: &[
            "rustup component add llvm-tools",
            "cargo install --locked cargo-nextest@0.9.143",
            "cargo install --locked cargo-llvm-cov@0.9.1",
        ],
        run: "cargo llvm-cov nextest --workspace --ignore-run-fail --profile ci {CONFIG}--cobertura --output-path {coverage}",
        products: &[
            product("coverage", "cobertura", Kind::Coverage, "reports/coverage.xml"),
            Product {
                written: Some("target/nextest/ci/junit.xml"),
                ..product("tests", "junit", Kind::Tests, "target/nextest/ci/junit.xml")
            },
        ],
        needs: None,
    },
    Recipe {
        language: Language::Rust,
        title: "Lint",
        install: &["rustup component add clippy"],
        run: "cargo clippy --workspace --all-targets --message-format=json > {lints}",
        products: &[product("lints", "cargo-messages", Kind::Lints, "reports/clippy.json")],
        needs: None,
    },
    Recipe {
        language: Language::Rust,
        title: "Look for known vulnerabilities",
        install: &["cargo install --locked cargo-audit@0.22.2"],
        run: "cargo audit --json > {audit}",
        products: &[product("audit", "cargo-audit", Kind::Findings, "reports/audit.json")],
        needs: None,
    },
    Recipe {
        language: Language::Rust,
        title: "Hold the dependencies to deny.toml",
        install: &["cargo install --locked cargo-deny@0.20.2"],
        run: "cargo deny --format json check 2> {deny}",
        products: &[product("deny", "cargo-deny", Kind::Dependencies, "reports/deny.json")],
        needs: Some("deny.toml"),
    },
    Recipe {
        language: Language::Rust,
        title: "List the licences",
        install: &[],
        run: "cargo metadata --format-version 1 > {licenses}",
        products: &[product("licenses", "cargo-metadata", Kind::Licenses, "reports/metadata.json")],
        needs: None,
    },
    Recipe {
        language: Language::Python,
        title: "Test, and measure coverage",
        install: &["python3 -m pip install pytest==9.2.0 pytest-cov"],
        run: "python3 -m pytest --junitxml={tests} --cov --cov-branch --cov-report=xml:{coverage}",
        products: &[
            product("tests", "junit", Kind::Tests, "reports/tests.xml"),
            product("coverage", "cobertura", Kind::Coverage, "reports/coverage.xml"),
        ],
        needs: None,
    },
    Recipe {
        language: Language::Python,
        title: "Lint",
        install: &["python3 -m pip install ruff==0.17.6"],
        run: "ruff check --output-format=json --output-file={lints} .",
        products: &[product("lints", "ruff", Kind::Lints, "reports/ruff.json")],
        needs: None,
    },
    Recipe {
        language: Language::Python,
        title: "Look for known vulnerabilities",
        install: &["python3 -m pip install pip-audit==2.10.1"],
        run: "pip-audit --format=json --output={audit}",
        products: &[product("audit", "pip-audit", Kind::Findings, "reports/pip-audit.json")],
        needs: None,
    },
    Recipe {
        language: Language::Node,
        title: "Test, and measure coverage",
        install: &["npm ci", "npm install --no-save jest-junit"],
        run: "JEST_JUNIT_OUTPUT_FILE={tests} npx jest --ci --reporters=jest-junit --coverage --coverageReporters=cobertura",
        products: &[
            product("tests", "junit", Kind::Tests, "reports/tests.xml"),
            Product {
                written: Some("coverage/cobertura-coverage.xml"),
                ..product("coverage", "cobertura", Kind::Coverage, "coverage/cobertura-coverage.xml")
            },
        ],
        needs: Some("package.json:jest"),
    },
    Recipe {
        language: Language::Node,
        title: "Test, and measure coverage",
        install: &["npm ci"],
        run: "npx vitest run --reporter=junit --outputFile={tests} --coverage --coverage.reporter=cobertura",
        products: &[
            product("tests", "junit", Kind::Tests, "reports/tests.xml"),
            Product {
                written: Some("coverage/cobertura-coverage.xml"),
                ..product("coverage", "cobertura", Kind::Coverage, "coverage/cobertura-coverage.xml")
            },
        ],
        needs: Some("package.json:vitest"),
    },
    Recipe {
        language: Language::Node,
        title: "Lint",
        install: &["npm ci"],
        run: "npx eslint --format=json --output-file={lints} .",
        products: &[product("lints", "eslint", Kind::Lints, "reports/eslint.json")],
        needs: Some("package.json:eslint"),
    },
    Recipe {
        language: Language::Node,
        title: "Look for known vulnerabilities",
        install: &["npm ci"],
        run: "npm audit --json > {audit}",
        products: &[product("audit", "npm-audit", Kind::Findings, "reports/npm-audit.json")],
        needs: None,
    },
    Recipe {
        language: Language::Go,
        title: "Test, and measure coverage",
        install: &[],
        run: "go test -json -coverprofile={coverage} ./... > {tests}",
        products: &[
            product("tests", "go-test", Kind::Tests, "reports/tests.json"),
            product("coverage", "go-cover", Kind::Coverage, "reports/coverage.out"),
        ],
        needs: None,
    },
    Recipe {
        language: Language::Go,
        title: "Look for known vulnerabilities",
        install: &["go install golang.org/x/vuln/cmd/govulncheck@v1.1.4"],
        run: "govulncheck -format json ./... > {audit}",
        products: &[product("audit", "govulncheck", Kind::Findings, "reports/govulncheck.json")],
        needs: None,
    },
];

/// The settings of nextest that leave a JUnit file, where the repository has none of its own.
pub(super) const NEXTEST_CONFIG: &str = "[profile.ci.junit]\\npath = \"junit.xml\"\\n";
/// Where a workflow puts them.
pub(super) const NEXTEST_FILE: &str = "reports/nextest.toml";

impl Recipe {
    /// The command with each product where `place` puts it.
    pub(super) fn command(&self, place: impl Fn(&Product) -> String, own_nextest: bool) -> String {
        let config = match own_nextest {
            true => String::new(),
            false => format!("--tool-config-file \"portcullis:$PWD/{NEXTEST_FILE}\" "),
        };
        let mut run = self.run.replace("{CONFIG}", &config);
        for product in self.products {
            run = run.replace(&format!("{{{}}}", product.name), &shell(&place(product)));
        }
        run
    }

    /// What brings the products that the tool puts elsewhere to where `place` wants them.
    pub(super) fn copies(&self, place: impl Fn(&Product) -> String) -> Vec<String> {
        let copy = |product: &Product| {
            let path = place(product);
            product.written.filter(|w| **w != *path).map(|w| format!("cp {} {}", shell(w), shell(&path)))
        };
        self.products.iter().filter_map(copy).collect()
    }

    /// What makes the settings that the command names, if it needs any.
    pub(super) fn preparation(&self, own_nextest: bool) -> Option<String> {
        (self.run.contains("{CONFIG}") && !own_nextest).then(|| format!("printf '{NEXTEST_CONFIG}' > {NEXTEST_FILE}"))
    }
}

/// A path as a word of a POSIX shell.
pub(super) fn shell(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@,".contains(c);
    if !path.is_empty() && !path.starts_with('-') && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}
