//! The manifests of `deploy/`: what kubectl makes of them, and that all ways to deploy agree.
