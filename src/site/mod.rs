//! Pages, generated pages and the theme become a site.

mod fragment;
