//! The colours, by day and by night, and which stand on which: a test holds every pair to WCAG 2.2.

/// A colour: its name in the style, its value on paper and in the dark.
pub(super) type Colour = (&'static str, &'static str, &'static str);

/// All of them.
pub(super) const COLOURS: &[Colour] = &[
    ("paper", "#f6f4ee", "#151412"),
    ("panel", "#fffefb", "#1d1c19"),
    ("ink", "#1d1b17", "#ece8df"),
    ("soft", "#5a554b", "#b0aa9b"),
    ("line", "#ddd8cc", "#37342e"),
    ("edge", "#857e70", "#857e71"),
    ("link", "#1c4c78", "#93c0ea"),
    ("focus", "#0b57d0", "#8ab4ff"),
    ("track", "#e9e5da", "#302e29"),
    ("fail", "#a3211b", "#ff9c8f"),
    ("fail-wash", "#fae6e2", "#3a1a17"),
    ("error", "#69398b", "#d3acf0"),
    ("error-wash", "#f0e7f6", "#2e1f3a"),
    ("warn", "#7a5000", "#eebd5c"),
    ("warn-wash", "#faefd4", "#352a11"),
    ("pass", "#1e6438", "#84d09d"),
    ("pass-wash", "#e2f0e6", "#16301f"),
    ("skipped", "#5a554b", "#b0aa9b"),
    ("skipped-wash", "#ebe8df", "#2b2924"),
    ("hero-ink", "#ffffff", "#ffffff"),
    ("hero-fail", "#8c1c16", "#7d211b"),
    ("hero-error", "#55306f", "#4d2c65"),
    ("hero-warn", "#6b4700", "#604206"),
    ("hero-pass", "#1b5431", "#1c4f30"),
    ("map-ink", "#1d1b17", "#f5f1e8"),
    ("map-0", "#d6e6da", "#223f2d"),
    ("map-1", "#e9e8c6", "#43411f"),
    ("map-2", "#f3d7a4", "#5f4716"),
    ("map-3", "#edae85", "#773f1d"),
    ("map-4", "#e08a6e", "#8a3023"),
];

/// Text and what it stands on: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
#[cfg(test)]
pub(super) const TEXT: &[(&str, &[&str])] = &[
    ("ink", &["paper", "panel", "track", "skipped-wash", "fail-wash", "warn-wash"]),
    ("soft", &["paper", "panel", "track"]),
    ("link", &["paper", "panel"]),
    ("fail", &["paper", "panel", "fail-wash"]),
    ("error", &["paper", "panel", "error-wash"]),
    ("warn", &["paper", "panel", "warn-wash"]),
    ("pass", &["paper", "panel", "pass-wash"]),
    ("skipped", &["paper", "panel", "skipped-wash"]),
    ("hero-ink", &["hero-fail", "hero-error", "hero-warn", "hero-pass"]),
    ("map-ink", &["map-0", "map-1", "map-2", "map-3", "map-4"]),
];

/// Shapes that mean something, and what they stand on: at least 3 to 1 (WCAG 2.2, 1.4.11).
#[cfg(test)]
pub(super) const SHAPES: &[(&str, &[&str])] = &[
    ("fail", &["track", "panel"]),
    ("error", &["track", "panel"]),
    ("warn", &["track", "panel"]),
    ("pass", &["track", "panel"]),
    ("skipped", &["track", "panel"]),
    ("ink", &["track", "panel"]),
    ("edge", &["paper", "panel"]),
    ("focus", &["paper", "panel"]),
];

/// What only decorates: its contrast matters to nobody.
#[cfg(test)]
pub(super) const DECORATION: &[&str] = &["line"];
