//! Rectangles in proportion to figures: the squarified treemap of Bruls, Huizing and van Wijk (2000).

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// The same without a margin on each side and a strip at the top.
    pub(super) fn within(self, margin: f64, top: f64) -> Self {
        Self {
            x: self.x + margin,
            y: self.y + margin + top,
            width: (self.width - 2.0 * margin).max(0.0),
            height: (self.height - 2.0 * margin - top).max(0.0),
        }
    }
}

/// Divides an area in proportion to sizes, the largest first, each part as near to a square as a row allows. Sizes
/// that are not above zero have no part.
pub(super) fn divide(sizes: &[f64], area: Area) -> Vec<Area> {
    let total: f64 = sizes.iter().sum();
    let scale = if total > 0.0 { area.width * area.height / total } else { 0.0 };
    let mut rest = area;
    let mut out = Vec::with_capacity(sizes.len());
    let mut sizes = sizes.iter().map(|s| s * scale).peekable();
    while sizes.peek().is_some() {
        let side = rest.width.min(rest.height);
        let (mut row, mut sum, mut worst) = (Vec::new(), 0.0, f64::INFINITY);
        while let Some(next) = sizes.peek() {
            let largest = row.first().copied().unwrap_or(*next);
            let wider = ratio(largest, *next, sum + next, side);
            if wider > worst {
                break;
            }
            (sum, worst) = (sum + next, wider);
            row.extend(sizes.next());
        }
        lay(&row, sum, &mut rest, &mut out);
    }
    out
}

/// How far the worst of a row is from a square.
fn ratio(largest: f64, smallest: f64, sum: f64, side: f64) -> f64 {
    let (side, sum) = (side * side, sum * sum);
    (side * largest / sum).max(sum / (side * smallest))
}

/// Lays a row along the shorter side, and takes it off what is left.
fn lay(row: &[f64], sum: f64, rest: &mut Area, out: &mut Vec<Area>) {
    let upright = rest.width >= rest.height;
    let side = if upright { rest.height } else { rest.width };
    let depth = if side > 0.0 { sum / side } else { 0.0 };
    let mut at = 0.0;
    for size in row {
        let long = if depth > 0.0 { size / depth } else { 0.0 };
        out.push(match upright {
            true => Area { x: rest.x, y: rest.y + at, width: depth, height: long },
            false => Area { x: rest.x + at, y: rest.y, width: long, height: depth },
        });
        at += long;
    }
    match upright {
        true => (rest.x, rest.width) = (rest.x + depth, (rest.width - depth).max(0.0)),
        false => (rest.y, rest.height) = (rest.y + depth, (rest.height - depth).max(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: Area = Area { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    #[test]
    fn the_example_of_the_paper() {
        let area = Area { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let parts = divide(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], area);
        assert_eq!(parts[0], Area { x: 0.0, y: 0.0, width: 3.0, height: 2.0 });
        assert_eq!(parts[1], Area { x: 0.0, y: 2.0, width: 3.0, height: 2.0 });
        assert!((parts[2].width - 12.0 / 7.0).abs() < 1e-9 && (parts[2].height - 7.0 / 3.0).abs() < 1e-9, "{parts:?}");
    }

    #[test]
    fn nothing_and_a_thousand_of_nothing() {
        assert!(divide(&[], WHOLE).is_empty());
        assert!(divide(&[0.0; 3], WHOLE).iter().all(|a| a.x.is_finite() && a.width.is_finite()));
    }

    proptest! {
        /// Every part has its share of the area, lies in it, and overlaps no other.
        #[test]
        fn parts_fill_the_whole(sizes in prop::collection::vec(1u32..10_000, 1..60)) {
            let mut sizes: Vec<f64> = sizes.into_iter().map(f64::from).collect();
            sizes.sort_by(|a, b| b.total_cmp(a));
            let total: f64 = sizes.iter().sum();
            let parts = divide(&sizes, WHOLE);
            prop_assert_eq!(parts.len(), sizes.len());
            for (size, a) in sizes.iter().zip(&parts) {
                let share = a.width * a.height / (WHOLE.width * WHOLE.height);
                prop_assert!((share - size / total).abs() < 1e-6);
                prop_assert!(a.x > WHOLE.x - 1e-6 && a.x + a.width < WHOLE.x + WHOLE.width + 1e-6);
                prop_assert!(a.y > WHOLE.y - 1e-6 && a.y + a.height < WHOLE.y + WHOLE.height + 1e-6);
            }
            for (n, a) in parts.iter().enumerate() {
                for b in &parts[n + 1..] {
                    let wide = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
                    let high = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
                    prop_assert!(wide.min(high) < 1e-6);
                }
            }
        }
    }
}
