//! A handbook with its site and its bundle, both made when first asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use jiff::civil::Date;

use super::{Body, Editions, Shelf};
use crate::error::Error;
use crate::export;
use crate::model::Handbook;
use crate::search::{self, Index};
use crate::site::{self, Site};

/// A compiled handbook and what can be served of it.
pub struct Content {
    /// Counts the contents of this process; the first is 1. A sealed edition has 0.
    pub number: u64,
    /// The handbook.
    pub handbook: Handbook,
    /// The day that its pages take for today.
    pub today: Option<Date>,
    /// When it was made.
    pub made: Instant,
    site: Site,
    pages: BTreeMap<String, OnceLock<Arc<Body>>>,
    bundle: OnceLock<Bundle>,
    index: OnceLock<Index>,
    shelf: Arc<Shelf>,
    editions: OnceLock<Arc<Editions>>,
}

/// The machine-readable bundle, ready to be served.
#[derive(Debug)]
pub struct Bundle {
    /// Its files by path from the site's root.
    pub files: BTreeMap<String, Arc<Body>>,
    /// Digest of the edition: 64 hexadecimal digits.
    pub digest: String,
}

impl Content {
    /// Prepares the site of a handbook; no page is rendered yet.
    ///
    /// # Errors
    /// [`Error::Template`] when a template is broken.
    pub fn new(number: u64, handbook: Handbook, options: &site::Options) -> Result<Self, Error> {
        let site = Site::new(&handbook, options)?;
        let pages = site.paths().map(|path| (path.to_owned(), OnceLock::new())).collect();
        let today = options.today;
        Ok(Self {
            number,
            handbook,
            today,
            made: Instant::now(),
            site,
            pages,
            bundle: OnceLock::new(),
            index: OnceLock::new(),
            shelf: Arc::default(),
            editions: OnceLock::new(),
        })
    }

    /// The index of a sealed edition, made now if it was not before; `None` for the handbook that is being
    /// written, whose index follows behind and stands in the snapshot.
    pub fn own_index(&self) -> Option<Result<&Index, Error>> {
        if self.number > 0 {
            return None;
        }
        if let Some(index) = self.index.get() {
            return Some(Ok(index));
        }
        Some(search::build(&self.handbook).map(|index| self.index.get_or_init(|| index)))
    }

    /// The same content, with the sealed editions of this shelf.
    #[must_use]
    pub fn with_shelf(self, shelf: &Arc<Shelf>) -> Self {
        Self { shelf: shelf.clone(), ..self }
    }

    /// The sealed editions, as they were when somebody first asked this content for them: authors do not
    /// wait for git and archives.
    pub fn editions(&self) -> &Editions {
        self.editions.get_or_init(|| self.shelf.editions())
    }

    /// Whether the site has a file at this path (`NJ-03/index.html`).
    pub fn has(&self, path: &str) -> bool {
        self.pages.contains_key(path)
    }

    /// Every path of the site, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    /// The file at this path if it was asked for before.
    pub fn rendered(&self, path: &str) -> Option<&Arc<Body>> {
        self.pages.get(path)?.get()
    }

    /// The file at this path, rendered now if it was not before. `None` when there is no such path.
    ///
    /// # Errors
    /// [`Error::Template`] when a template is broken.
    pub fn page(&self, path: &str) -> Result<Option<Arc<Body>>, Error> {
        let Some(slot) = self.pages.get(path) else { return Ok(None) };
        if let Some(body) = slot.get() {
            return Ok(Some(body.clone()));
        }
        // Two who ask at once may both render it; what they get is the same, and one is kept.
        let Some(bytes) = self.site.page(&self.handbook, path)? else { return Ok(None) };
        let body = Arc::new(Body::of_file(path, axum::body::Bytes::from_owner(bytes)));
        Ok(Some(slot.get_or_init(|| body).clone()))
    }

    /// The bundle if it was made before.
    pub fn made_bundle(&self) -> Option<&Bundle> {
        self.bundle.get()
    }

    /// The machine-readable bundle, made now if it was not before.
    ///
    /// # Errors
    /// What [`export::bundle`] gives.
    pub fn bundle(&self) -> Result<&Bundle, Error> {
        if let Some(bundle) = self.bundle.get() {
            return Ok(bundle);
        }
        let files = export::bundle(&self.handbook)?;
        let digest = export::edition_digest(&files).unwrap_or_default();
        let body = |(path, bytes): (&str, &Arc<[u8]>)| {
            let bytes = axum::body::Bytes::from_owner(bytes.clone());
            (path.to_owned(), Arc::new(Body::of_file(path, bytes)))
        };
        let files = files.iter().map(body).collect();
        Ok(self.bundle.get_or_init(|| Bundle { files, digest }))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("number", &self.number).finish_non_exhaustive()
    }
}
