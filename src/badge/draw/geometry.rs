//! Where the parts of a badge are.
//!
//! In: a picture and its cleaned words. Out: sizes in whole pixels. The measures of the flat styles
//! and of `for-the-badge` are those that readers of kromgo and shields.io know.

use super::outline::Run;
use super::{Picture, Style, spark};

/// Largest size of text that is drawn.
const LARGEST: u32 = 200;

/// Space around text in the flat styles.
const PADDING: i32 = 6;
/// Space before an icon and after it.
const ICON: (i32, i32) = (5, 3);

/// `social`: space between the key and the bubble.
const BUBBLE: i32 = 6;

/// `for-the-badge`: space before and after text, around an icon, and between icon and text.
const LOUD: (i32, i32, i32) = (12, 9, 6);
/// `for-the-badge`: side of the icon.
const LOUD_ICON: i32 = 14;

/// Space between the message and a chart: in the flat styles and in `for-the-badge`.
const CHART_GAP: (i32, i32) = (6, 7);
/// `for-the-badge`: a chart.
const LOUD_CHART: Area = Area { left: 0, top: 7, width: 56, height: 14 };

/// The words of a badge, cleaned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    /// Left, never empty.
    pub(super) label: Option<&'a str>,
    /// Right, may be empty.
    pub(super) message: &'a str,
}

/// A place for an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// From the left.
    pub(super) left: i32,
    /// From the top.
    pub(super) top: i32,
    /// Width and height.
    pub(super) side: i32,
}

/// A place for a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// From the left.
    pub(super) left: i32,
    /// From the top.
    pub(super) top: i32,
    /// To the right.
    pub(super) width: i32,
    /// Downwards.
    pub(super) height: i32,
}

/// Where everything is, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'a> {
    /// Height of the badge.
    pub(super) height: i32,
    /// Width of the left part; 0 when there is none.
    pub(super) label_width: i32,
    /// Width of the right part.
    pub(super) message_width: i32,
    /// Space at the left of the right part that is left empty, as `social` has it.
    pub(super) message_gap: i32,
    /// Radius of the corners.
    pub(super) radius: i32,
    /// The icon's place, if there is an icon.
    pub(super) icon: Option<Spot>,
    /// The words' places.
    pub(super) label: Option<Run<'a>>,
    /// The words' places.
    pub(super) message: Run<'a>,
    /// The chart's place, if there is something to draw.
    pub(super) spark: Option<Area>,
}

impl Plan<'_> {
    /// Moves a chart behind the message, and the end of the badge behind the chart.
    fn with_chart(self, picture: &Picture<'_>, chart: Area, gap: i32) -> Self {
        if !picture.sparkline.is_some_and(spark::is_drawn) {
            return self;
        }
        let gap = if self.message.text.is_empty() { 0 } else { gap };
        let left = self.message.left + self.message.width() + gap;
        let message_width = self.message_width + gap + chart.width;
        Self { message_width, spark: Some(Area { left, ..chart }), ..self }
    }
}

/// A chart of the flat styles, as high as capitals with some room.
fn quiet_chart(size: i32, height: i32) -> Area {
    let top = height / 5;
    Area { left: 0, top, width: size * 4, height: height - 2 * top }
}

/// The plan for a picture.
pub(super) fn plan<'a>(picture: &Picture<'_>, words: &Words<'a>) -> Plan<'a> {
    match picture.style {
        Style::ForTheBadge => loud(picture, words),
        Style::Social => social(picture, words),
        Style::Flat | Style::FlatSquare | Style::Plastic => quiet(picture, words),
    }
}

fn quiet<'a>(picture: &Picture<'_>, words: &Words<'a>) -> Plan<'a> {
    let size = picture.size.clamp(1, LARGEST);
    let height = size.cast_signed() + 9;
    let icon = picture.icon.map(|_| Spot { left: ICON.0, top: 3, side: height - 6 });
    let text_left = icon.map_or(PADDING, |icon| icon.left + icon.side + ICON.1);
    let run = |text, left| Run {
        text,
        is_capital: false,
        font: picture.font,
        size,
        tracking: 0,
        left,
        baseline: (i32::midpoint(height, size.cast_signed()) - 1) * 100,
    };
    let label = words.label.map(|label| run(label, text_left));
    let label_width = label.map_or(0, |label| text_left + label.width() + PADDING);
    let before = if label.is_some() { PADDING } else { text_left };
    let message = run(words.message, label_width + before);
    Plan {
        height,
        label_width,
        message_width: before + message.width() + PADDING,
        message_gap: 0,
        radius: match picture.style {
            Style::Flat => 3,
            Style::Plastic => 4,
            Style::FlatSquare | Style::ForTheBadge | Style::Social => 0,
        },
        icon,
        label,
        message,
        spark: None,
    }
    .with_chart(picture, quiet_chart(size.cast_signed(), height), CHART_GAP.0)
}

fn loud<'a>(picture: &Picture<'_>, words: &Words<'a>) -> Plan<'a> {
    let (margin, icon_margin, gutter) = LOUD;
    let has_text = words.label.is_some() || !words.message.is_empty();
    let gutter = if has_text { gutter } else { gutter - icon_margin };
    let icon = picture.icon.map(|_| Spot { left: icon_margin, top: 7, side: LOUD_ICON });
    let beside = icon.map_or(0, |icon| icon.side + gutter);
    let run = |text, font, left| Run {
        text,
        is_capital: true,
        font,
        size: 10,
        tracking: 80,
        left,
        baseline: 1750,
    };
    let label_left = icon.map_or(margin, |icon| icon.left + beside);
    let label = words.label.map(|label| run(label, picture.font, label_left));
    let has_box = icon.is_some() && picture.label_color.is_some_and(|color| !color.is_empty());
    let label_width = match label {
        Some(label) => label_left + label.width() + margin,
        None if has_box => 2 * icon_margin + LOUD_ICON,
        None => 0,
    };
    let before = if label_width > 0 { margin } else { margin + beside };
    let message = run(words.message, picture.font.bold(), label_width + before);
    let message_width = before + message.width() + margin;
    Plan {
        height: 28,
        label_width,
        message_width,
        message_gap: 0,
        radius: 0,
        icon,
        label,
        message,
        spark: None,
    }
    .with_chart(picture, LOUD_CHART, CHART_GAP.1)
}

fn social<'a>(picture: &Picture<'_>, words: &Words<'a>) -> Plan<'a> {
    let bold = Picture { font: picture.font.bold(), sparkline: None, ..*picture };
    let plan = quiet(&bold, words);
    let icon_width = plan.icon.map_or(0, |icon| 2 * icon.left + icon.side);
    let label_width = if plan.label.is_some() { plan.label_width } else { icon_width };
    let has_chart = picture.sparkline.is_some_and(spark::is_drawn);
    let has_message = !words.message.is_empty() || has_chart || label_width == 0;
    let message_gap = if label_width > 0 { BUBBLE } else { 0 };
    let message = Run { left: label_width + message_gap + PADDING, ..plan.message };
    let message_width = if has_message { message_gap + message.width() + 2 * PADDING } else { 0 };
    let chart = quiet_chart(message.size.cast_signed(), plan.height);
    Plan { label_width, message_width, message_gap, radius: 2, message, ..plan }.with_chart(
        picture,
        chart,
        CHART_GAP.0,
    )
}
