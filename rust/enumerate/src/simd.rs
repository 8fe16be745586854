//! The inner loops, compiled for the instructions that the processor has: what they call is inlined into them.

use crate::again::{Checked, Checker, Task};
use crate::commit::Fresh;
use crate::cross::{Batch, Operand, World, cross};
use crate::grammar::Rule;
use crate::jobs::Job;

/// Evaluates one piece and keeps what the bank does not have.
pub(crate) fn fresh(world: &World<'_>, job: &Job, fresh: &mut Fresh) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has them.
        return unsafe { fresh_avx2(world, job, fresh) };
    }
    fresh_with::<false>(world, job, fresh);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
unsafe fn fresh_avx2(world: &World<'_>, job: &Job, fresh: &mut Fresh) {
    fresh_with::<true>(world, job, fresh);
}

#[inline(always)]
fn fresh_with<const AVX2: bool>(world: &World<'_>, job: &Job, fresh: &mut Fresh) {
    let rule = &world.grammar.rules[job.rule as usize];
    let mut rooms = [const { Vec::new() }; 3];
    let args = stored::<AVX2>(world, rule, job, &mut rooms);
    let known = &world.banks.of(rule.result).keys;
    let mut batch = Batch::new(world.words(rule.result));
    cross::<AVX2>(world.kernels, rule, &args, job.triangle, &mut batch, &mut |batch| {
        fresh.take(rule.result, known, batch);
    });
    fresh.seen = batch.seen;
}

/// The arguments of a piece; `rooms` hold those that have to be made.
#[inline(always)]
pub(crate) fn stored<'a, const AVX2: bool>(
    world: &'a World<'_>,
    rule: &Rule,
    job: &Job,
    rooms: &'a mut [Vec<u64>; 3],
) -> Vec<Operand<'a>> {
    let args = rule.args.iter().zip(&job.ranges).zip(rooms);
    args.map(|((&kind, range), room)| Operand::stored::<AVX2>(world, kind, range, room)).collect()
}

/// Compares one piece with the labels.
pub(crate) fn checked(checker: &Checker<'_>, task: &Task, k: usize) -> Checked {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has them.
        return unsafe { checked_avx2(checker, task, k) };
    }
    checker.run::<false>(task, k)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
unsafe fn checked_avx2(checker: &Checker<'_>, task: &Task, k: usize) -> Checked {
    checker.run::<true>(task, k)
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi2")
}
