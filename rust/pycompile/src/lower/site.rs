//! Sites: what is known of the contents of the lists and dicts that one place of the program makes.

use super::closures::contains_function;
use super::types::{Site, Type};
use super::{Lower, R};

/// A site. Sites that flow together are united.
#[derive(Clone, Debug)]
pub(crate) struct SiteData {
    parent: Option<Site>,
    /// The join of the items put into it; of a dict, of its items.
    pub(crate) item: Type,
    /// Of a dict: the join of its keys.
    pub(crate) key: Type,
    /// Its items are values, not the words of their type: code that knows no types holds it.
    pub(crate) boxed: bool,
    /// How often the types changed: ranges are widened after a few times.
    times: u32,
    key_times: u32,
    /// It may be of the module level, which must not change between rows.
    pub(crate) shared: bool,
    /// Something was changed in it after it was made, or it went where that cannot be seen.
    pub(crate) changed: bool,
    /// It is several sites that flowed together.
    pub(crate) mixed: bool,
    /// A dict of constants, for lookups without the dict.
    pub(crate) table: Option<usize>,
}

impl<'a> Lower<'a> {
    /// The site of what is made at this place of the source by this function; `which` tells several apart.
    pub(crate) fn site(&mut self, offset: u32, which: u32) -> Site {
        let key = (self.frame.instance, offset, which);
        if let Some(&site) = self.site_at.get(&key) {
            return self.find(site);
        }
        let site = Site(self.sites.len());
        self.sites.push(SiteData {
            parent: None,
            item: Type::Never,
            key: Type::Never,
            boxed: false,
            times: 0,
            key_times: 0,
            shared: self.frame.instance == 0,
            changed: false,
            mixed: false,
            table: None,
        });
        self.site_at.insert(key, site);
        site
    }

    /// The same for an object whose items are values because the runtime makes it.
    pub(crate) fn boxed_site(&mut self, offset: u32, which: u32, item: &Type) -> R<Site> {
        let site = self.site(offset, which);
        self.box_site(site);
        self.put_in_site(site, item)?;
        Ok(self.find(site))
    }

    pub(crate) fn find(&self, site: Site) -> Site {
        let mut at = site;
        while let Some(parent) = self.sites[at.0].parent {
            at = parent;
        }
        at
    }

    pub(crate) fn contents(&self, site: Site) -> &SiteData {
        &self.sites[self.find(site).0]
    }

    fn contents_mut(&mut self, site: Site) -> &mut SiteData {
        let site = self.find(site);
        &mut self.sites[site.0]
    }

    pub(crate) fn item_of(&self, site: Site) -> Type {
        self.contents(site).item.clone()
    }

    pub(crate) fn key_of(&self, site: Site) -> Type {
        self.contents(site).key.clone()
    }

    /// Whether the items of a list are the words of their type rather than values.
    pub(crate) fn is_raw(&self, site: Site) -> bool {
        let contents = self.contents(site);
        !contents.boxed && !contents.item.is_value()
    }

    pub(crate) fn box_site(&mut self, site: Site) {
        let contents = self.contents_mut(site);
        if !contents.boxed {
            contents.boxed = true;
            self.changed = true;
        }
    }

    pub(crate) fn site_changes(&mut self, site: Site) {
        let contents = self.contents_mut(site);
        if !contents.changed {
            contents.changed = true;
            self.changed = true;
        }
    }

    pub(crate) fn set_table(&mut self, site: Site, table: usize) {
        self.contents_mut(site).table = Some(table);
    }

    /// Something of type `ty` is put among a site's items.
    pub(crate) fn put_in_site(&mut self, site: Site, ty: &Type) -> R<()> {
        let (old, times) = (self.item_of(site), self.contents(site).times);
        let new = self.widen(&old, ty, times)?;
        if new != old {
            self.check_kept(&new)?;
            let contents = self.contents_mut(site);
            contents.item = new.clone();
            contents.times += 1;
            self.changed = true;
            if new == Type::Any {
                self.box_site(site);
                self.escape(&old)?;
                self.escape(ty)?;
            }
        }
        Ok(())
    }

    /// The same for a dict's keys.
    pub(crate) fn key_in_site(&mut self, site: Site, ty: &Type) -> R<()> {
        let (old, times) = (self.key_of(site), self.contents(site).key_times);
        let new = self.widen(&old, ty, times)?;
        if new != old {
            if contains_function(&new) {
                return self.decline("a function or module as a key");
            }
            let contents = self.contents_mut(site);
            contents.key = new;
            contents.key_times += 1;
            self.changed = true;
        }
        Ok(())
    }

    /// Whatever may become of its objects now, and of what is in them. A site may hold itself, so it is marked first.
    pub(crate) fn escape_site(&mut self, site: Site) -> R<()> {
        self.box_site(site);
        self.site_changes(site);
        let contents = self.contents_mut(site);
        let old = [&mut contents.item, &mut contents.key].map(|ty| std::mem::replace(ty, Type::Any));
        self.changed |= old != [Type::Any, Type::Any];
        old.iter().try_for_each(|ty| self.escape(ty))
    }

    /// Two sites' objects flow to the same place: from now on they are one site.
    pub(crate) fn unite(&mut self, a: Site, b: Site) -> R<()> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return Ok(());
        }
        let (keep, drop) = (a.min(b), a.max(b));
        let dropped = self.sites[drop.0].clone();
        self.sites[drop.0].parent = Some(keep);
        let kept = self.contents_mut(keep);
        kept.boxed |= dropped.boxed;
        kept.shared |= dropped.shared;
        kept.changed |= dropped.changed;
        kept.mixed = true;
        kept.table = None;
        kept.times = kept.times.max(dropped.times);
        self.changed = true;
        self.put_in_site(keep, &dropped.item)?;
        self.key_in_site(keep, &dropped.key)
    }
}
