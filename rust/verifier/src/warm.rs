//! Keeps an interpreter's written pages in memory from one candidate to the next.
//!
//! When an instance ends, wasmtime copies its written pages back from the image, but only the first 32 stretches of them
//! (wasmtime's `pagemap.rs`): the rest it gives to the kernel, and the next instance faults them in again. An interpreter
//! writes some hundred pages here and there, most of which it reads first, and then each fault has to interrupt every other core that
//! runs a thread of this process: two threads did hardly more than one. So what was given back is made private again
//! at once, before anything reads it, which interrupts nobody. That changes no byte of any page.

use std::fs::{self, File};
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::fork::PerProcess;

/// More is left to the kernel: an interpreter writes about half a MiB.
const MOST: usize = 2 << 20;
/// An image is one of these at least; what is smaller belongs to no interpreter.
const IMAGE: usize = 4 << 20;
/// Closings between two looks at which memories there are, once there have been some.
const LOOK: usize = 256;
/// Stretches that a look sees at most.
const SEEN: usize = 512;

#[derive(Default)]
struct Slots {
    closings: usize,
    known: Vec<Range<usize>>,
}

/// What instances had written when one was about to end; made private again when this is dropped.
#[derive(Default)]
pub(crate) struct Written(Vec<(Range<usize>, Vec<Range<usize>>)>);

impl Written {
    /// To be called before an instance ends. Whatever fails costs time only.
    pub(crate) fn before_end() -> Self {
        static SLOTS: PerProcess<Mutex<Slots>> = PerProcess::new();
        let Some(pagemap) = pagemap() else { return Self::default() };
        let mut slots = SLOTS.get().lock().unwrap_or_else(PoisonError::into_inner);
        slots.closings += 1;
        if slots.closings.is_power_of_two() || slots.closings.is_multiple_of(LOOK) {
            slots.known = memories(&fs::read_to_string("/proc/self/maps").unwrap_or_default());
        }
        let known = slots.known.clone();
        drop(slots);
        // Which of them is about to end is not known; a look at another's does no harm.
        Self(known.into_iter().filter_map(|slot| written(pagemap, &slot).map(|pages| (slot, pages))).collect())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for (slot, before) in &self.0 {
            let Some(now) = pagemap().and_then(|pagemap| written(pagemap, slot)) else { continue };
            let gone = without(before, &now);
            if gone.iter().chain(&now).map(ExactSizeIterator::len).sum::<usize>() <= MOST {
                gone.iter().for_each(populate);
            }
        }
    }
}

fn pagemap() -> Option<&'static File> {
    static PAGEMAP: PerProcess<OnceLock<Option<File>>> = PerProcess::new();
    PAGEMAP.get().get_or_init(|| File::open("/proc/self/pagemap").ok()).as_ref()
}

/// What is in `all` and not in `some`; both are sorted.
fn without(all: &[Range<usize>], some: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut left = Vec::new();
    let mut rest = some;
    for range in all {
        let mut start = range.start;
        while let [first, more @ ..] = rest {
            if first.start >= range.end {
                break;
            }
            if first.start > start {
                left.push(start..first.start);
            }
            start = start.max(first.end);
            if first.end > range.end {
                break; // it reaches into the next
            }
            rest = more;
        }
        if start < range.end {
            left.push(start..range.end);
        }
    }
    left
}

/// The memories with an interpreter's image among the mappings of a process: stretches that it may read and write, begun by
/// or next to a private mapping of compiled code's data.
fn memories(maps: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut current: Option<(Range<usize>, bool)> = None;
    for line in maps.lines() {
        let Some((range, is_image)) = mapping(line) else {
            keep(&mut found, current.take());
            continue;
        };
        match &mut current {
            Some((whole, images)) if whole.end == range.start => {
                whole.end = range.end;
                *images |= is_image;
            }
            _ => keep(&mut found, current.replace((range, is_image))),
        }
    }
    keep(&mut found, current);
    found
}

fn keep(found: &mut Vec<Range<usize>>, memory: Option<(Range<usize>, bool)>) {
    found.extend(memory.filter(|(_, is_image)| *is_image).map(|(range, _)| range));
}

/// A private mapping that may be written, and whether it is of an image.
fn mapping(line: &str) -> Option<(Range<usize>, bool)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    if words.next()? != "rw-p" {
        return None;
    }
    let range = usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?;
    let path = words.nth(3).unwrap_or_default();
    let is_image = range.len() >= IMAGE && (path.ends_with(".cwasm") || path.contains("wasm-memory-image"));
    Some((range, is_image))
}

/// Makes the pages of a stretch private, as a write of what is there would.
fn populate(stretch: &Range<usize>) {
    // SAFETY: MADV_POPULATE_WRITE changes no content: of private pages it makes copies, and it fails where nothing is mapped
    // or may be written.
    let _ = unsafe { libc::madvise(stretch.start as *mut _, stretch.len(), libc::MADV_POPULATE_WRITE) };
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct PageRegion {
    start: u64,
    end: u64,
    categories: u64,
}

/// `struct pm_scan_arg` of the kernel.
#[repr(C)]
struct PageMapScan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// The stretches of private pages in a range; None if the kernel cannot say (before Linux 6.7), or there are too many.
fn written(pagemap: &File, range: &Range<usize>) -> Option<Vec<Range<usize>>> {
    const WRITTEN: u64 = 1 << 1;
    const FILE: u64 = 1 << 2;
    const PRESENT: u64 = 1 << 3;
    const PFNZERO: u64 = 1 << 5;
    // _IOWR('f', 16, struct pm_scan_arg)
    const PAGEMAP_SCAN: u64 = (3 << 30) | ((size_of::<PageMapScan>() as u64) << 16) | ((b'f' as u64) << 8) | 16;
    let mut regions = [PageRegion::default(); SEEN];
    let mut scan = PageMapScan {
        size: size_of::<PageMapScan>() as u64,
        flags: 0,
        start: range.start as u64,
        end: range.end as u64,
        walk_end: 0,
        vec: regions.as_mut_ptr() as u64,
        vec_len: SEEN as u64,
        max_pages: 0,
        // What wasmtime looks for: private, and neither the zero page nor still the file's.
        category_inverted: PFNZERO | FILE,
        category_mask: WRITTEN | PRESENT | PFNZERO | FILE,
        category_anyof_mask: 0,
        return_mask: 0,
    };
    // SAFETY: the structure is the kernel's, and `vec` has room for `vec_len` regions; without flags nothing else is written.
    let count = unsafe { libc::ioctl(pagemap.as_raw_fd(), PAGEMAP_SCAN as _, &raw mut scan) };
    let count = usize::try_from(count).ok().filter(|&count| count < SEEN)?;
    Some(regions[..count].iter().map(|region| region.start as usize..region.end as usize).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_the_writable_mappings_around_an_image() {
        let maps = "\
7f0000000000-7f0000100000 r-xp 00000000 08:01 5 /c/cpython-1.cwasm
7f1000000000-7f1000010000 rw-p 00000000 00:00 0
7f1000010000-7f1002000000 rw-p 00200000 08:01 5                     /c/cpython-1.cwasm
7f1002000000-7f1003000000 rw-p 00000000 00:00 0
7f1003000000-7f2000000000 ---p 00000000 00:00 0
7f2000000000-7f2000010000 rw-p 00200000 08:01 6 /c/fast-1.cwasm
7f2000010000-7f3000000000 ---p 00000000 00:00 0
7f3000000000-7f3002000000 rw-p 00000000 00:01 9 /memfd:wasm-memory-image (deleted)
7f4000000000-7f4002000000 rw-p 00000000 00:00 0 [heap]
";
        assert_eq!(memories(maps), [0x7f10_0000_0000..0x7f10_0300_0000, 0x7f30_0000_0000..0x7f30_0200_0000]);
    }

    #[test]
    fn what_is_gone_is_what_was_and_is_not() {
        let all = [0..10, 20..30, 40..50];
        assert_eq!(without(&all, &[]), all);
        assert!(without(&all, &all).is_empty());
        assert_eq!(without(&all, &[3..5, 25..45]), [0..3, 5..10, 20..25, 45..50]);
        assert_eq!(without(&all, &[0..4, 4..10, 12..18, 28..60]), vec![20..28]);
    }

    #[test]
    fn pages_made_private_are_seen_and_hold_what_they_held() {
        let Ok(pagemap) = File::open("/proc/self/pagemap") else { return };
        let (page, pages) = (4096, 64);
        // SAFETY: a new mapping, which is this test's alone.
        let base = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            libc::mmap(std::ptr::null_mut(), page * pages, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0)
        } as usize;
        let place = |index: usize| (base + page * index) as *mut u8;
        for index in (0..pages).step_by(2) {
            // SAFETY: inside the mapping.
            unsafe { place(index).write_volatile(index as u8 + 1) };
        }
        let whole = base..base + page * pages;
        let Some(before) = written(&pagemap, &whole) else { return };
        assert_eq!(before.len(), pages / 2);
        without(std::slice::from_ref(&whole), &before).iter().for_each(populate);
        assert_eq!(written(&pagemap, &whole), Some(vec![whole]));
        for index in 0..pages {
            let held = if index % 2 == 0 { index as u8 + 1 } else { 0 };
            // SAFETY: inside the mapping.
            assert_eq!(unsafe { place(index).read_volatile() }, held);
        }
    }
}
