//! shouce
