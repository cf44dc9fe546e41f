//! Flags and site/site.yaml become one resolved configuration.
