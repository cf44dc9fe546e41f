//! What happens at fixed times.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// Something that runs at fixed times.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Schedule {
    /// `CronJob`, `ReplicationSource`, `TalosUpgrade`, `Renovate`, …
    pub kind: String,
    /// `namespace/name` of the object, or path of the file.
    pub name: String,
    /// Cron text with five or six fields, or words such as `before 6am on Sunday`.
    pub cron: Fact<String>,
    /// Time zone.
    pub time_zone: Fact<String>,
    /// Whether it is switched off.
    pub suspended: bool,
    /// Id of the app that it belongs to.
    pub app: Option<String>,
    /// Where it is declared.
    pub source: Source,
}
