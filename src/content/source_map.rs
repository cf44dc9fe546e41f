//! Where rendered text came from: [`SourceMap`].
//!
//! In: for each piece of the source that was copied as it stands, where it is now and where it was.
//! Out: a byte of the source for a byte of the text. What an expression produced points at the
//! expression.

/// From bytes of a text to bytes of the file that it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceMap {
    pieces: Vec<Piece>,
}

/// Bytes that were copied unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    output: usize,
    source: usize,
    length: usize,
}

impl SourceMap {
    /// Adds `length` bytes of the source that were copied to `output`; call in output's order.
    pub(super) fn push(&mut self, output: usize, source: usize, length: usize) {
        self.pieces.push(Piece { output, source, length });
    }

    /// The byte of the source for a byte of the output.
    ///
    /// Within a copied piece it is exact; behind it, it is the piece's end, where the expression
    /// starts that made what follows.
    pub(super) fn to_source(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.output <= offset);
        match after.checked_sub(1).map(|at| self.pieces[at]) {
            Some(piece) => piece.source + (offset - piece.output).min(piece.length),
            None => self.pieces.first().map_or(offset, |piece| piece.source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_exact_and_the_rest_points_at_its_expression() {
        // `ab{{ x }}cd` rendered as `ab12345cd`.
        let mut map = SourceMap::default();
        map.push(0, 0, 2);
        map.push(7, 9, 2);
        let sources: Vec<_> = (0..10).map(|at| map.to_source(at)).collect();
        assert_eq!(sources, [0, 1, 2, 2, 2, 2, 2, 9, 10, 11]);
    }

    #[test]
    fn without_pieces_nothing_moves() {
        assert_eq!(SourceMap::default().to_source(5), 5);
    }
}
