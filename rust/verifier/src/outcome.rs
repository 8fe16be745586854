//! What became of rows: one outcome each, kept as an array of labels and a list of the rows that have none.

/// What a candidate did on one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It predicted a label (for datasets with classes: a class's code).
    Label(i64),
    /// It predicted a string that is none of the classes: wrong, not a fault.
    Outside,
    /// It used more fuel than a row, or the candidate as a whole, may.
    OutOfFuel,
    /// It was refused memory and ended for want of it.
    OutOfMemory,
    /// It stopped in a WebAssembly trap.
    Trap,
    /// It raised an exception, by its index in `Names`.
    Exception(u32),
    /// It returned something that is no label.
    BadOutput,
}

/// The outcomes of consecutive rows. Labels are most of them, so they are an array that is filled and compared in bulk.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// One a row; 0 where there is none.
    labels: Vec<i64>,
    /// The rows that have no label, in order, and what they have instead.
    others: Vec<(usize, Outcome)>,
    names: Names,
    /// Fuel that these rows used.
    pub(crate) fuel: u64,
    /// Rows that were run again in CPython.
    pub(crate) deopts: u64,
}

impl Outcomes {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// One label a row; 0 where there is none.
    #[must_use]
    pub fn labels(&self) -> &[i64] {
        &self.labels
    }

    /// The rows that have no label, in order, and what they have instead.
    #[must_use]
    pub fn others(&self) -> &[(usize, Outcome)] {
        &self.others
    }

    /// Names of the exceptions.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Fuel that these rows used.
    #[must_use]
    pub fn fuel(&self) -> u64 {
        self.fuel
    }

    pub(crate) fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }

    /// Says what became of row `row`, whatever was said before.
    pub(crate) fn set(&mut self, row: usize, outcome: Outcome) {
        let place = self.others.partition_point(|(other, _)| *other < row);
        if self.others.get(place).is_some_and(|(other, _)| *other == row) {
            self.others.remove(place);
        }
        self.labels[row] = 0;
        match outcome {
            Outcome::Label(label) => self.labels[row] = label,
            other => self.others.insert(place, (row, other)),
        }
    }

    /// What became of row `row`.
    pub(crate) fn get(&self, row: usize) -> Outcome {
        match self.others.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(found) => self.others[found].1,
            Err(_) => Outcome::Label(self.labels[row]),
        }
    }

    /// The same, with the exception numbered by `names`.
    pub(crate) fn told_to(&self, row: usize, names: &mut Names) -> Outcome {
        match self.get(row) {
            Outcome::Exception(number) => Outcome::Exception(names.number(self.names.name(number))),
            other => other,
        }
    }

    pub(crate) fn push(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Label(label) => self.labels.push(label),
            other => {
                self.others.push((self.labels.len(), other));
                self.labels.push(0);
            }
        }
    }

    /// Appends labels as they lie in a guest's memory.
    pub(crate) fn extend(&mut self, labels: &[[u8; 8]]) {
        self.labels.extend(labels.iter().map(|&label| i64::from_le_bytes(label)));
    }

    pub(crate) fn truncate(&mut self, rows: usize) {
        self.labels.truncate(rows);
        self.others.truncate(self.others.partition_point(|(row, _)| *row < rows));
    }

    /// Forgets the rows; the numbers of exceptions keep their names.
    pub(crate) fn clear(&mut self) {
        self.truncate(0);
        (self.fuel, self.deopts) = (0, 0);
    }
}

/// Names of exception types, numbered as they appear.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<String>);

impl Names {
    /// A candidate could raise a new type on every row; past this many they share one name.
    const MAX: usize = 64;

    pub(crate) fn number(&mut self, name: &str) -> u32 {
        let name = if self.0.len() < Self::MAX { name } else { "(other)" };
        let known = self.0.iter().position(|other| other == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        known as u32
    }

    /// The name of number `index`.
    #[must_use]
    pub fn name(&self, index: u32) -> &str {
        &self.0[index as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_others_in_row_order() {
        let given = [Outcome::Label(3), Outcome::Trap, Outcome::Label(0), Outcome::BadOutput, Outcome::Label(-1)];
        let mut outcomes = Outcomes::default();
        given.iter().for_each(|&outcome| outcomes.push(outcome));
        outcomes.extend(&[7_i64.to_le_bytes()]);
        assert_eq!(outcomes.labels(), [3, 0, 0, 0, -1, 7]);
        assert!(given.iter().enumerate().all(|(row, outcome)| outcomes.get(row) == *outcome));
        outcomes.set(1, Outcome::Label(8));
        outcomes.set(0, Outcome::Outside);
        outcomes.set(5, Outcome::OutOfFuel);
        outcomes.set(5, Outcome::Trap);
        assert_eq!(outcomes.labels(), [0, 8, 0, 0, -1, 0]);
        assert_eq!(outcomes.others(), [(0, Outcome::Outside), (3, Outcome::BadOutput), (5, Outcome::Trap)]);
        outcomes.set(1, Outcome::Trap);
        outcomes.set(0, Outcome::Label(3));
        outcomes.truncate(3);
        assert_eq!((outcomes.len(), outcomes.others()), (3, &[(1, Outcome::Trap)][..]));
    }

    #[test]
    fn too_many_names_share_one() {
        let mut names = Names::default();
        let numbers: Vec<u32> = (0..100).map(|index| names.number(&format!("E{index}"))).collect();
        assert_eq!(numbers[..64], (0..64).collect::<Vec<_>>());
        assert!(numbers[64..].iter().all(|&number| names.name(number) == "(other)"));
        assert_eq!(names.number("E70"), 64);
    }
}
