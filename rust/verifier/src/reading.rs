//! What the reader's thread does: it gets blocks while there is room for them.

use std::sync::PoisonError;

use crate::run::Work;
use crate::source::{Next, Source};
use crate::tally::Keep;

impl<'a, K: Keep> Work<'_, 'a, K> {
    /// Reads blocks, no more than `window` bytes of them ahead of the program that is last.
    pub(crate) fn read(&self, source: &mut dyn Source<'a>) {
        while self.room() {
            let read = source.next();
            let mut queue = self.lock();
            let open = queue.open;
            let read = match read {
                Ok(Next::Slab(slab)) => queue.window.push(slab, open),
                Ok(Next::Later) => Ok(()),
                Ok(Next::End) => {
                    queue.window.ended = true;
                    self.close(&mut queue);
                    break;
                }
                Err(error) => Err(error),
            };
            // Where nobody waits for more rows any longer, it does not matter that there are none.
            if let Err(error) = read
                && open > 0
                && !self.stop.requested()
            {
                self.fail(&mut queue, error);
            }
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }

    /// Waits until a block may be read; false when no more are wanted.
    fn room(&self) -> bool {
        let mut queue = self.lock();
        loop {
            if queue.open == 0 || queue.failure.is_some() || self.stop.requested() {
                return false;
            }
            if queue.window.is_empty() || queue.window.bytes < self.options.window.max(1) {
                return true;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
