//! Lines that share a way are drawn once.
//!
//! In: the lines of a bundle, which share their trunk. Out: strokes that together cover the same
//! way with hardly any of it twice: thin lines drawn twice look thicker where a picture is shrunk.
//! It moves no line.

use super::scene::{Point, Rect, px};

/// How far a branch reaches back into its trunk, so that its corner can be round.
const OVERLAP: i32 = px(14);

/// Strokes for lines: the first whole, of the others what is new.
pub(crate) fn strokes(lines: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let mut drawn: Vec<(Point, Point)> = Vec::new();
    let mut strokes = Vec::new();
    for line in lines {
        if let Some(mut fresh) = without_start(line, &drawn) {
            fresh.reverse();
            if let Some(mut fresh) = without_start(&fresh, &drawn) {
                fresh.reverse();
                strokes.push(fresh);
            }
        }
        drawn.extend(line.windows(2).map(|pair| (pair[0], pair[1])));
    }
    strokes
}

/// The line from shortly before the place where it leaves what is drawn; none where it never does.
fn without_start(line: &[Point], drawn: &[(Point, Point)]) -> Option<Vec<Point>> {
    for (index, pair) in line.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        let reached = reach(from, to, drawn);
        if reached == to {
            continue;
        }
        let mut fresh = match (reached == from, index) {
            (true, 0) => return Some(line.to_vec()),
            (true, _) => vec![back(from, line[index - 1]), from],
            (false, _) => vec![back(reached, from)],
        };
        fresh.extend(&line[index + 1..]);
        return Some(fresh);
    }
    None
}

/// How far from `from` towards `to` the drawn pieces go without a gap.
fn reach(from: Point, to: Point, drawn: &[(Point, Point)]) -> Point {
    let mut reached = from;
    loop {
        let before = reached;
        for (start, end) in drawn.iter().flat_map(|(start, end)| [(*start, *end), (*end, *start)]) {
            if holds(start, end, reached) && heads(reached, end, to) {
                reached = nearer(reached, end, to);
            }
        }
        if reached == before || reached == to {
            return reached;
        }
    }
}

/// Whether a piece holds a point.
fn holds(start: Point, end: Point, point: Point) -> bool {
    let within = |one: i32, other: i32, at: i32| one.min(other) <= at && at <= one.max(other);
    within(start.x, end.x, point.x) && within(start.y, end.y, point.y)
}

/// Whether going to `end` is going straight towards `to`.
fn heads(at: Point, end: Point, to: Point) -> bool {
    let way = |goal: Point| ((goal.x - at.x).signum(), (goal.y - at.y).signum());
    at != end && way(end) == way(to)
}

/// The nearer of two points on the same way.
fn nearer(at: Point, one: Point, other: Point) -> Point {
    let length = |goal: Point| (goal.x - at.x).abs() + (goal.y - at.y).abs();
    if length(one) < length(other) { one } else { other }
}

/// A point up to the overlap from `from` towards `to`.
fn back(from: Point, to: Point) -> Point {
    let step = |from: i32, to: i32| from + (to - from).clamp(-OVERLAP, OVERLAP);
    Point::new(step(from.x, to.x), step(from.y, to.y))
}

/// Space between the lines of a hatched strip, along its edge.
const HATCH: i32 = px(7);

/// Lines that rise to the right and fill a rectangle; those of neighbours meet.
pub(crate) fn hatch(rect: &Rect) -> Vec<[Point; 2]> {
    let (width, height) = (rect.width, rect.height);
    let first = HATCH - (rect.x + rect.y).rem_euclid(HATCH);
    let line = |at: i32| {
        let low = Point::new(rect.x + (at - height).max(0), rect.y + at.min(height));
        let high = Point::new(rect.x + at.min(width), rect.y + (at - width).max(0));
        [low, high]
    };
    let starts = (0..).map(|index| first + index * HATCH);
    starts.take_while(|at| *at < width + height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i32, i32)]) -> Vec<Point> {
        points.iter().map(|(x, y)| Point::new(*x, *y)).collect()
    }

    fn check(lines: &[&[(i32, i32)]], expected: &[&[(i32, i32)]]) {
        let lines: Vec<_> = lines.iter().map(|points| line(points)).collect();
        let expected: Vec<_> = expected.iter().map(|points| line(points)).collect();
        assert_eq!(strokes(&lines), expected);
    }

    #[test]
    fn hatching_stays_inside_and_meets() {
        let (left, right) = (Rect::new(3, 5, 100, 40), Rect::new(103, 5, 60, 40));
        for rect in [left, right] {
            for line in hatch(&rect) {
                for point in line {
                    assert!(rect.contains(&Rect::new(point.x, point.y, 0, 0)), "{point:?}");
                }
                assert_eq!(line[1].x - line[0].x, line[0].y - line[1].y);
                assert_eq!((line[0].x + line[0].y).rem_euclid(HATCH), 0);
            }
        }
    }

    #[test]
    fn a_branch_starts_shortly_before_its_corner() {
        let trunk: &[(i32, i32)] = &[(0, 0), (0, 100), (500, 100), (500, 200)];
        let branch: &[(i32, i32)] = &[(0, 0), (0, 100), (300, 100), (300, 200)];
        check(&[trunk, branch], &[trunk, &[(272, 100), (300, 100), (300, 200)]]);
    }

    #[test]
    fn a_longer_line_goes_on_where_the_first_turned() {
        let first: &[(i32, i32)] = &[(0, 0), (0, 100), (300, 100), (300, 200)];
        let longer: &[(i32, i32)] = &[(0, 0), (0, 100), (500, 100), (500, 200)];
        check(&[first, longer], &[first, &[(272, 100), (500, 100), (500, 200)]]);
    }

    #[test]
    fn lines_that_come_together_end_shortly_after() {
        let first: &[(i32, i32)] = &[(0, 0), (0, 100), (500, 100), (500, 200)];
        let second: &[(i32, i32)] = &[(300, 0), (300, 100), (500, 100), (500, 200)];
        check(&[first, second], &[first, &[(300, 0), (300, 100), (328, 100)]]);
    }

    #[test]
    fn the_same_line_is_drawn_once() {
        let first: &[(i32, i32)] = &[(0, 0), (0, 100)];
        check(&[first, first], &[first]);
    }
}
