//! The norms of a handbook by id. A norm is shared with the handbooks made before and after, as long as
//! nothing in it changes.

use std::hash::Hash;
use std::sync::Arc;

use indexmap::{Equivalent, IndexMap};

use super::Norm;
use crate::id::Id;

/// Norms, in the order of their parts, then of their ids.
#[derive(Debug, Default)]
pub struct Norms(IndexMap<Id, Arc<Norm>>);

impl Norms {
    /// The norm with this id.
    pub fn get<Q: ?Sized + Hash + Equivalent<Id>>(&self, id: &Q) -> Option<&Norm> {
        self.0.get(id).map(Arc::as_ref)
    }

    /// Id and norm at this place in the order.
    pub fn get_index(&self, index: usize) -> Option<(&Id, &Norm)> {
        self.0.get_index(index).map(|(id, norm)| (id, &**norm))
    }

    /// The place in the order of the norm with this id.
    pub fn get_index_of(&self, id: &Id) -> Option<usize> {
        self.0.get_index_of(id)
    }

    /// Whether there is a norm with this id.
    pub fn contains_key(&self, id: &Id) -> bool {
        self.0.contains_key(id)
    }

    /// All norms, in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Norm> + Clone {
        self.0.values().map(Arc::as_ref)
    }

    /// All norms with whoever shares them, in order.
    pub fn shared(&self) -> impl ExactSizeIterator<Item = &Arc<Norm>> {
        self.0.values()
    }

    /// All ids, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.0.keys()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes all but those that `keep` says yes to.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Norm) -> bool) {
        self.0.retain(|_, norm| keep(norm));
    }
}

impl FromIterator<Arc<Norm>> for Norms {
    fn from_iter<T: IntoIterator<Item = Arc<Norm>>>(norms: T) -> Self {
        Self(norms.into_iter().map(|norm| (norm.id.clone(), norm)).collect())
    }
}
