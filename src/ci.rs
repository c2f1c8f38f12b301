//! The CI systems that are known: by which variable each is recognised, and which of its variables say what is judged.
//!
//! Sources: the systems' own lists of variables, and the crate `ci_info` 0.14, `src/config.rs`.

/// Looks up an environment variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// One CI system. A variable that it does not have is empty.
#[derive(Debug, PartialEq, Eq)]
pub struct Ci {
    /// Its name, as `--ci` takes it.
    pub name: &'static str,
    /// The variable that is set there and nowhere else.
    known_by: &'static str,
    /// `owner/name` of the repository.
    pub repository: &'static str,
    /// The commit under test.
    pub commit: &'static str,
    /// Its branch.
    pub branch: &'static str,
    /// The branch that a change is meant for; set for changes only.
    pub base_branch: &'static str,
    /// Number or name of the change.
    pub change: &'static str,
    /// What started the run.
    pub event: &'static str,
    /// Where the run can be seen.
    pub run_url: &'static str,
}

/// GitHub, and what copies it.
const fn github(name: &'static str, known_by: &'static str) -> Ci {
    Ci {
        name,
        known_by,
        repository: "GITHUB_REPOSITORY",
        commit: "GITHUB_SHA",
        branch: "GITHUB_REF_NAME",
        base_branch: "GITHUB_BASE_REF",
        change: "GITHUB_REF_NAME",
        event: "GITHUB_EVENT_NAME",
        run_url: "",
    }
}

/// All of them. Gitea and Forgejo set GitHub's variables too, so they are asked for first.
pub const ALL: &[Ci] = &[
    github("gitea", "GITEA_ACTIONS"),
    github("github", "GITHUB_ACTIONS"),
    Ci {
        name: "gitlab",
        known_by: "GITLAB_CI",
        repository: "CI_PROJECT_PATH",
        commit: "CI_COMMIT_SHA",
        branch: "CI_COMMIT_REF_NAME",
        base_branch: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
        change: "CI_MERGE_REQUEST_IID",
        event: "CI_PIPELINE_SOURCE",
        run_url: "CI_JOB_URL",
    },
    Ci {
        name: "azure",
        known_by: "TF_BUILD",
        repository: "BUILD_REPOSITORY_NAME",
        commit: "BUILD_SOURCEVERSION",
        branch: "BUILD_SOURCEBRANCHNAME",
        base_branch: "SYSTEM_PULLREQUEST_TARGETBRANCH",
        change: "SYSTEM_PULLREQUEST_PULLREQUESTID",
        event: "BUILD_REASON",
        run_url: "",
    },
    Ci {
        name: "buildkite",
        known_by: "BUILDKITE",
        repository: "BUILDKITE_PIPELINE_SLUG",
        commit: "BUILDKITE_COMMIT",
        branch: "BUILDKITE_BRANCH",
        base_branch: "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
        change: "BUILDKITE_PULL_REQUEST",
        event: "BUILDKITE_SOURCE",
        run_url: "BUILDKITE_BUILD_URL",
    },
    Ci {
        name: "teamcity",
        known_by: "TEAMCITY_VERSION",
        repository: "",
        commit: "BUILD_VCS_NUMBER",
        branch: "",
        base_branch: "",
        change: "",
        event: "",
        run_url: "BUILD_URL",
    },
    Ci {
        name: "bitbucket",
        known_by: "BITBUCKET_COMMIT",
        repository: "BITBUCKET_REPO_FULL_NAME",
        commit: "BITBUCKET_COMMIT",
        branch: "BITBUCKET_BRANCH",
        base_branch: "BITBUCKET_PR_DESTINATION_BRANCH",
        change: "BITBUCKET_PR_ID",
        event: "",
        run_url: "",
    },
];

/// The value of a variable; set to nothing or to `false` is as good as not set.
#[must_use]
pub fn value(environment: Environment<'_>, name: &str) -> Option<String> {
    environment(name).filter(|v| !v.is_empty() && v != "false")
}

/// The system that this runs in.
#[must_use]
pub fn detect(environment: Environment<'_>) -> Option<&'static Ci> {
    ALL.iter().find(|ci| value(environment, ci.known_by).is_some())
}

/// The system of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Ci> {
    ALL.iter().find(|ci| ci.name == name)
}

/// Whether this runs in any CI at all, known or not.
#[must_use]
pub fn is_any(environment: Environment<'_>) -> bool {
    let marks = ["CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "JENKINS_URL"];
    detect(environment).is_some() || marks.iter().any(|name| value(environment, name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(set: &[(&str, &str)]) -> Option<&'static str> {
        let environment = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        detect(&environment).map(|ci| ci.name)
    }

    #[test]
    fn every_system_is_told_by_its_variable() {
        for (set, name) in [
            (&[("GITHUB_ACTIONS", "true")][..], Some("github")),
            (&[("GITHUB_ACTIONS", "true"), ("GITEA_ACTIONS", "true")], Some("gitea")),
            (&[("GITLAB_CI", "true")], Some("gitlab")),
            (&[("TF_BUILD", "True")], Some("azure")),
            (&[("BUILDKITE", "true")], Some("buildkite")),
            (&[("TEAMCITY_VERSION", "2026.1")], Some("teamcity")),
            (&[("BITBUCKET_COMMIT", "abc")], Some("bitbucket")),
            (&[("GITHUB_ACTIONS", "")], None),
            (&[("GITHUB_ACTIONS", "false")], None),
            (&[("CI", "true")], None),
            (&[], None),
        ] {
            assert_eq!(detected(set), name, "{set:?}");
        }
        assert!(ALL.iter().all(|ci| named(ci.name) == Some(ci)));
        assert!(is_any(&|name| (name == "CI").then(|| "true".to_owned())));
        assert!(!is_any(&|_| None));
    }
}
