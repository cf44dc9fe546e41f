//! A site is served over HTTP.
