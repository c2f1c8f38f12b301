//! `[vex]`: whose statements a policy adopts.

use schemars::JsonSchema;
use serde::Deserialize;

/// Statements of makers (OpenVEX, CycloneDX VEX) that the policy adopts: what they call not affected or fixed
/// leaves the count, visibly, as a waiver does. Without this table no statement has an effect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VexRules {
    /// Names of the evidence whose statements are adopted.
    pub evidence: Vec<String>,
    /// The products that are judged here, as statements name them: a purl (one without a version is every
    /// version), or any other identifier, exactly. Needed where a statement names a product and parts of it.
    #[serde(default)]
    pub products: Vec<String>,
}
