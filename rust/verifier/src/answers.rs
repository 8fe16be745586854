//! Decodes what a runtime's `predict` answers (the format stands in `runtimes/cpython/runner.py`). The bytes come from
//! an instance that ran hostile code: nothing about them is trusted.

use crate::guest::Classes;
use crate::outcome::{Outcome, Outcomes};

/// Appends one outcome a row, or appends nothing and returns None if the answer is not well formed.
pub(crate) fn decode(answer: &[u8], rows: usize, classes: &Classes, outcomes: &mut Outcomes) -> Option<()> {
    let start = outcomes.len();
    let (form, body) = answer.split_first()?;
    let whole = match form {
        0 => labels(body, rows, outcomes),
        1 => records(body, rows, classes, outcomes),
        _ => None,
    };
    if whole.is_none() {
        outcomes.truncate(start);
    }
    whole
}

fn labels(body: &[u8], rows: usize, outcomes: &mut Outcomes) -> Option<()> {
    let (values, rest) = body.as_chunks::<8>();
    (values.len() == rows && rest.is_empty()).then(|| outcomes.extend(values))
}

fn records(mut body: &[u8], rows: usize, classes: &Classes, outcomes: &mut Outcomes) -> Option<()> {
    for _ in 0..rows {
        let outcome = match take(&mut body, 1)?[0] {
            0 => Outcome::Label(i64::from_le_bytes(take(&mut body, 8)?.try_into().ok()?)),
            1 => {
                let len = take(&mut body, 1)?[0];
                let name = String::from_utf8_lossy(take(&mut body, usize::from(len))?);
                Outcome::Exception(outcomes.names_mut().number(&name))
            }
            2 => Outcome::BadOutput,
            3 => Outcome::OutOfMemory,
            4 => {
                let len = u32::from_le_bytes(take(&mut body, 4)?.try_into().ok()?);
                let text = take(&mut body, len as usize)?;
                match classes.iter().position(|class| class.as_bytes() == text) {
                    Some(code) => Outcome::Label(code as i64),
                    None => Outcome::Outside,
                }
            }
            _ => return None,
        };
        outcomes.push(outcome);
    }
    body.is_empty().then_some(())
}

fn take<'a>(body: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, rest) = body.split_at_checked(len)?;
    *body = rest;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(answer: &[u8], rows: usize) -> Option<Vec<Outcome>> {
        let mut outcomes = Outcomes::default();
        let decoded = decode(answer, rows, &["yes".to_owned()], &mut outcomes);
        assert_eq!(outcomes.len(), if decoded.is_some() { rows } else { 0 });
        decoded.map(|()| (0..rows).map(|row| outcomes.get(row)).collect())
    }

    #[test]
    fn both_forms() {
        let mut short = vec![0];
        short.extend_from_slice(&(-3_i64).to_le_bytes());
        assert_eq!(decoded(&short, 1), Some(vec![Outcome::Label(-3)]));
        let long = [&[1, 2, 3, 1, 1, b'E', 4, 3, 0, 0, 0][..], b"yes", &[4, 1, 0, 0, 0, b'n']].concat();
        let expected =
            [Outcome::BadOutput, Outcome::OutOfMemory, Outcome::Exception(0), Outcome::Label(0), Outcome::Outside];
        assert_eq!(decoded(&long, 5), Some(expected.to_vec()));
    }

    #[test]
    fn every_truncation_and_excess_is_refused() {
        let long = [&[1, 2, 3, 1, 1, b'E', 4, 3, 0, 0, 0][..], b"yes"].concat();
        for end in 0..long.len() {
            assert_eq!(decoded(&long[..end], 4), None, "cut at {end}");
        }
        assert_eq!(decoded(&[&long[..], &[0]].concat(), 4), None);
        assert_eq!(decoded(&long, 3), None);
        assert_eq!(decoded(&[0, 1, 2], 1), None);
        assert_eq!(decoded(&[7], 0), None);
        assert_eq!(decoded(&[1, 4, 255, 255, 255, 255], 1), None);
    }
}
