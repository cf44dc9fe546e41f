//! Badges: what each says, over its preset, its type and the defaults.
//!
//! In: entries of `badges:` as written. Out: [`BadgeSpec`]s, or what is wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::super::check::{Checker, place, set, set_plain};
use super::super::preset::{self, Preset, PresetKind};
use super::super::raw::{self, Text};
use super::super::{BadgeKind, BadgeLook, BadgeSpec, ForEach, Origin, Place};
use super::{BadgeDefaults, expression, hidden};
use crate::badge::expr::quote;
use crate::badge::value::{ALERTS, UP, Words};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Points of a series that Prometheus gives at most.
const MAX_POINTS: f64 = 11_000.0;

/// How many badges a `forEach` makes where it does not say, and at most.
const FOR_EACH: (usize, usize) = (50, 500);

/// What a badge's message is where nothing makes it.
const VALUE_EXPR: &str = "string(result)";

/// As [`VALUE_EXPR`], for facts, which may be words.
const FACT_EXPR: &str = r#"labels["value"]"#;

impl Checker<'_> {
    pub(super) fn badges(
        &mut self,
        badges: Vec<Spanned<raw::Badge>>,
        defaults: &BadgeDefaults,
    ) -> Vec<BadgeSpec> {
        let mut seen = BTreeSet::new();
        let numbered = badges.into_iter().enumerate();
        numbered.map(|(idx, badge)| self.badge(badge, idx, defaults, &mut seen)).collect()
    }

    fn badge(
        &mut self,
        badge: Spanned<raw::Badge>,
        idx: usize,
        defaults: &BadgeDefaults,
        seen: &mut BTreeSet<String>,
    ) -> BadgeSpec {
        let (at, path) = (place(&badge), format!("badges[{idx}]"));
        let badge = badge.value;
        let preset = self.preset(badge.preset, &path);
        let origin = self.origin(badge.source, &format!("{path}.source"));
        let kind = self.kind(badge.kind, badge.range, preset, &path, at);
        let words = words(kind, &origin);
        let (value_expr, value_at) = expression(badge.value_expr).unzip();
        let (color_expr, color_at) = expression(badge.color_expr).unzip();
        let query_at = set(badge.query.clone()).as_ref().and_then(place);
        let for_each = badge.for_each.and_then(|each| self.for_each(each, &badge.id, kind, &path));
        let spec = BadgeSpec {
            id: self.badge_id(badge.id, preset, for_each.as_ref(), (&path, at), seen),
            title: set_plain(badge.title).or_else(|| preset.map(|it| it.title.to_owned())),
            query: self.badge_query(badge.query, preset, words, (&path, at)),
            query_at,
            kind,
            value_expr: value_expr
                .or_else(|| preset.and_then(|it| it.value_expr).map(str::to_owned))
                .unwrap_or_else(|| words.value_expr.to_owned()),
            value_at: value_at.flatten(),
            color_expr: color_expr
                .or_else(|| preset.and_then(|it| it.color_expr).map(str::to_owned))
                .or_else(|| words.color_expr.map(str::to_owned)),
            color_at: color_at.flatten(),
            look: BadgeLook {
                style: self
                    .style(badge.style, &format!("{path}.style"))
                    .unwrap_or_else(|| defaults.look.style.clone()),
                label_color: set_plain(badge.label_color)
                    .or_else(|| defaults.look.label_color.clone()),
                scheme: self
                    .scheme(badge.color_scheme, &format!("{path}.colorScheme"))
                    .unwrap_or(defaults.look.scheme),
                dark_label_color: set_plain(badge.dark_label_color)
                    .or_else(|| defaults.look.dark_label_color.clone()),
                ..defaults.look.clone()
            },
            icon: self
                .icon(badge.icon, &format!("{path}.icon"))
                .or_else(|| preset.and_then(|it| it.icon).map(str::to_owned)),
            sparkline: self.sparkline(badge.sparkline.as_ref(), kind, &path),
            for_each,
            overrides: self.overrides(badge.overrides, &path).unwrap_or(defaults.overrides),
            max_age: self.own_max_age(badge.cache, &path),
            hidden: hidden(badge.gallery.as_ref()).unwrap_or(defaults.hidden),
            origin,
        };
        self.judge_facts(&spec, &path, at);
        spec
    }

    fn preset(&mut self, text: Text, path: &str) -> Option<&'static Preset> {
        let name = set(text)?;
        let found = preset::find(&name.value);
        if found.is_none() {
            let known: Vec<_> = preset::ALL.iter().map(|preset| preset.name).collect();
            let got = quote(&name.value);
            let message = format!("{path}: unknown preset {got}, use {}", known.join(", "));
            self.wrong(message, place(&name));
        }
        found
    }

    fn badge_id(
        &mut self,
        text: Text,
        preset: Option<&Preset>,
        for_each: Option<&ForEach>,
        (path, at): (&str, Option<Place>),
        seen: &mut BTreeSet<String>,
    ) -> String {
        match (set(text), preset, for_each) {
            (Some(id), _, Some(each)) => self.template_id(&id, &each.label, path, seen),
            (None, Some(preset), _) => {
                if !seen.insert(preset.id.to_owned()) {
                    self.wrong(format!("{path}: duplicate id {}", quote(preset.id)), at);
                }
                preset.id.to_owned()
            }
            (id, _, _) => self.id(id, path, at, seen),
        }
    }

    fn badge_query(
        &mut self,
        text: Text,
        preset: Option<&Preset>,
        words: Words,
        (path, at): (&str, Option<Place>),
    ) -> String {
        let usual = preset.map(|preset| preset.query).or(words.query);
        match (set(text), usual) {
            (None, Some(query)) => query.to_owned(),
            (text, _) => self.query(text, path, at),
        }
    }

    fn kind(
        &mut self,
        kind: Text,
        range: Option<Spanned<raw::Range>>,
        preset: Option<&Preset>,
        path: &str,
        at: Option<Place>,
    ) -> BadgeKind {
        let kind = set(kind);
        let usual = match preset.map(|preset| preset.kind) {
            Some(PresetKind::Alerts) => "alerts",
            Some(PresetKind::Up) => "up",
            Some(PresetKind::Instant) | None => "instant",
        };
        let named = kind.as_ref().map_or(usual, |kind| kind.value.as_str());
        match (named, range) {
            ("instant", None) => return BadgeKind::Instant,
            ("up", None) => return BadgeKind::Up,
            ("alerts", None) => return BadgeKind::Alerts,
            ("instant" | "up" | "alerts", Some(range)) => {
                let message = format!("{path}: range is only for badges of type range");
                self.wrong(message, place(&range));
            }
            ("range", Some(range)) => return self.range(range, path),
            ("range", None) => {
                self.wrong(format!("{path}: type range requires range.last"), at);
            }
            (other, _) => {
                let got = quote(other);
                let message =
                    format!("{path}: unknown type {got}, use instant or range, or up or alerts");
                self.wrong(message, kind.as_ref().and_then(place));
            }
        }
        BadgeKind::Instant
    }

    fn range(&mut self, range: Spanned<raw::Range>, path: &str) -> BadgeKind {
        let at = place(&range);
        let range = range.value;
        let n_problems = self.problems.len();
        let last = self.duration(set(range.last), &format!("{path}.range.last"));
        if last.is_none_or(|last| last.is_zero()) && self.problems.len() == n_problems {
            self.wrong(format!("{path}: type range requires range.last above 0"), at);
        }
        let last = last.unwrap_or(HOUR);
        let step = self.duration(set(range.step), &format!("{path}.range.step"));
        let usual = (last / 100).max(MINUTE);
        let step = step.filter(|step| !step.is_zero()).unwrap_or(usual);
        let n_points = last.as_secs_f64() / step.as_secs_f64();
        if n_points > MAX_POINTS {
            let message = format!(
                "{path}.range.step: {n_points:.0} points are more than the {MAX_POINTS} that \
                 Prometheus gives, use a longer step"
            );
            self.wrong(message, at);
        }
        BadgeKind::Range {
            last,
            offset: self
                .duration(set(range.offset), &format!("{path}.range.offset"))
                .unwrap_or_default(),
            step,
            reduce: self.reduce(range.reduce, &format!("{path}.range.reduce")),
        }
    }

    fn for_each(
        &mut self,
        each: Spanned<raw::ForEach>,
        id: &Text,
        kind: BadgeKind,
        path: &str,
    ) -> Option<ForEach> {
        let at = place(&each);
        let raw::ForEach { label, max } = each.value;
        let is_name = |label: &str| {
            label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && label.starts_with(|first: char| !first.is_ascii_digit())
        };
        if !is_name(&label) {
            self.wrong(format!("{path}.forEach.label: {} is not a label", quote(&label)), at);
            return None;
        }
        if matches!(kind, BadgeKind::Up | BadgeKind::Alerts) {
            self.wrong(format!("{path}: forEach is only for types instant and range"), at);
        }
        if set(id.clone()).is_none() {
            let message = format!("{path}: forEach needs an id with `{{{label}}}` in it");
            self.wrong(message, at);
        }
        let (usual, most) = FOR_EACH;
        let wanted = max.as_ref().filter(|max| max.value > 0);
        let max = wanted.map_or(usual, |max| usize::try_from(max.value).unwrap_or(most).min(most));
        Some(ForEach { label, max })
    }

    fn sparkline(
        &mut self,
        sparkline: Option<&Spanned<bool>>,
        kind: BadgeKind,
        path: &str,
    ) -> bool {
        let Some(sparkline) = sparkline.filter(|sparkline| sparkline.value) else { return false };
        if !matches!(kind, BadgeKind::Range { .. }) {
            self.wrong(format!("{path}: sparkline needs type range"), place(sparkline));
        }
        true
    }

    /// What only makes sense where a server is asked.
    fn judge_facts(&mut self, spec: &BadgeSpec, path: &str, at: Option<Place>) {
        if spec.origin != Origin::Facts {
            return;
        }
        if spec.kind != BadgeKind::Instant || spec.for_each.is_some() {
            let message = format!(
                "{path}: a fact of the repository has one value, so neither type \
                                   nor forEach fits"
            );
            self.wrong(message, at);
        }
    }
}

/// The words of a type of badge.
fn words(kind: BadgeKind, origin: &Origin) -> Words {
    let value_expr = if *origin == Origin::Facts { FACT_EXPR } else { VALUE_EXPR };
    match kind {
        BadgeKind::Up => UP,
        BadgeKind::Alerts => ALERTS,
        BadgeKind::Instant | BadgeKind::Range { .. } => {
            Words { query: None, value_expr, color_expr: None }
        }
    }
}
