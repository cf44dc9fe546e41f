//! Links and images.

use super::{
    Diagnostic, Event, ExternalLink, LinkType, Open, Range, Span, Tag, Writer, escape, slots,
};
use crate::content::images::{self, Picture};
use crate::content::links::{self, Kind, Link};

impl Writer<'_, '_> {
    /// Where a link or image leads, at the bytes of the destination where they can be told.
    pub(super) fn place(&self, destination: &str, range: Range<usize>, kind: Kind) -> Link {
        let span = self.span_of(destination, &range);
        Link { destination: destination.to_owned(), span, kind }
    }

    pub(super) fn link(
        &mut self,
        kind: LinkType,
        destination: &str,
        title: &str,
        range: Range<usize>,
    ) {
        let whole = self.span(range.clone());
        self.links.push((self.gathered, whole));
        let mut link = self.place(destination, range, Kind::Page);
        if kind == LinkType::Email && !destination.starts_with("mailto:") {
            link.destination = format!("mailto:{destination}");
        }
        if destination.trim().is_empty() {
            let help = "write an address between the parentheses";
            self.warn("content/empty-link", "the link leads nowhere", whole, help);
        }
        if links::is_script(destination) {
            self.runs("a link that runs code", link.span);
            "#".clone_into(&mut link.destination);
        }
        let title = match title {
            "" => String::new(),
            title => format!(" title=\"{}\"", escape::html(title)),
        };
        self.external(destination, link.span);
        let address = slots::address(self.document.links.len());
        self.document.links.push(link);
        self.html(format!("<a href=\"{address}\"{title}>"));
    }

    /// Notes an address, where it is one of another host.
    pub(super) fn external(&mut self, address: &str, span: Span) {
        let address = address.split('#').next().unwrap_or_default().trim();
        if links::is_remote(address) && !address.starts_with("//") {
            let own = self.reader.paths.own_path(address).is_some();
            let link = ExternalLink { address: address.to_owned(), span };
            self.document.external.extend((!own).then_some(link));
        }
    }

    pub(super) fn end_link(&mut self) {
        if let Some((before, span)) = self.links.pop()
            && before == self.gathered
        {
            let help = "write between the brackets where it leads";
            self.warn("content/empty-link", "the link has no words", span, help);
        }
        self.html("</a>".to_owned());
    }

    pub(super) fn runs(&mut self, what: &str, span: Span) {
        let found = Diagnostic::warning("content/html-script", format!("{what} is left out"));
        let found = found.at(span).label("pages run no code");
        self.report(found.help("remove it from the page"));
    }

    pub(super) fn end_image(&mut self) {
        let Some(Open::Image { link, title, alt }) = self.open.pop() else { return };
        self.gathered += 1;
        if alt.trim().is_empty() {
            let help = "say in the square brackets what the image shows";
            self.warn("content/image-alt", "the image has no description", link.span, help);
        }
        let image = match links::image(self.reader.paths, self.reader.from, &link) {
            Ok(image) => image,
            Err(broken) => return self.report(*broken),
        };
        if image.file.is_none() {
            self.external_image(link.span);
        }
        self.gather(&alt);
        let picture = Picture { image: &image, alt: &alt, title: &title };
        let html = images::html(&picture, self.reader.paths, self.reader.from);
        let bare =
            images::html(&Picture { title: "", ..picture }, self.reader.paths, self.reader.from);
        self.titled = (!title.is_empty()).then(|| (bare, escape::html(&title).into_owned()));
        self.html(html);
    }

    /// Whether a paragraph that ends here is nothing but an image with a title.
    pub(super) fn is_figure(&self) -> bool {
        let events = self.buffers.last().map_or(&[][..], Vec::as_slice);
        match events {
            [.., Event::Start(Tag::Paragraph), Event::InlineHtml(html)] => {
                html.starts_with("<img ") && self.titled.is_some()
            }
            _ => false,
        }
    }

    /// Makes the paragraph a figure, whose caption is the image's title.
    pub(super) fn figure(&mut self) {
        let Some((image, title)) = self.titled.take() else { return };
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.truncate(buffer.len() - 2);
        }
        let figure = format!(
            "<figure class=\"figure\">{image}\n<figcaption>{title}</figcaption></figure>\n"
        );
        self.push(Event::Html(figure.into()));
    }

    pub(super) fn external_image(&mut self, span: Span) {
        let message = "the image is on another host, and the site's pages load nothing from there";
        let help = "save the image beside the page and link to the file";
        self.warn("content/external-image", message, span, help);
    }
}
