//! `rackbook diagram --file`: a picture that somebody wrote by hand.
//!
//! In: the path of a file below the site's folder. Out: the picture, or what is wrong in the file
//! with its lines. It draws nothing that is not in `diagrams/` or beside it.

use super::{Failure, Format, Options, drawn, give, pipeline, pixels, report, warn_of};
use crate::diagnostic::{self, closest};
use crate::diagram::hand::{self, Context, Drawn, Text};
use crate::source::{FileId, Sources};

pub(super) fn run(options: &Options, path: &str) -> Result<(), Failure> {
    let (sources, cluster, problems) = pipeline::sources_and_cluster(&options.common)?;
    warn_of(problems);
    let (file, format) = find(&sources, path)?;
    let name = stem(path);
    let text = Text { file, base: 0, text: sources.text(file), name };
    let context = Context { cluster: &cluster, links: &|_| None, root: None };
    let (picture, mut diagnostics) = hand::read(text, format, context);
    diagnostic::sort(&mut diagnostics, &sources);
    report::diagnostics(&diagnostics, &sources, &options.common.style());
    let bytes = match picture.ok_or(Failure::Problems)? {
        Drawn::Diagram(diagram) => drawn(options, name, &cluster, &diagram)?,
        Drawn::Picture(picture) => match options.format {
            Format::Svg => picture.svg(&format!("rackbook-{name}")).into_bytes(),
            Format::Png => pixels(&picture.svg(""), options.scale.unwrap_or(1.0))?,
            Format::Json => {
                let message = "an SVG of another program has no boxes to list: choose SVG or PNG";
                return Err(Failure::Usage(message.to_owned()));
            }
        },
    };
    give(&bytes, options.out.as_deref())
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn find(sources: &Sources, path: &str) -> Result<(FileId, hand::Format), Failure> {
    let path = path.trim_start_matches("./");
    let root = sources.site_root();
    let format = hand::Format::of(path).ok_or_else(|| {
        let message = format!("`{path}` is no diagram: it ends in `.yaml`, `.mmd` or `.svg`");
        Failure::Usage(message)
    })?;
    let found = sources.find(root, path).map(|file| (file, format));
    found.ok_or_else(|| {
        let known: Vec<&str> =
            sources.under(root, hand::FOLDER).map(|(_, file)| file.path.as_str()).collect();
        let help = match closest(path, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name it as from the site's folder, such as `diagrams/home.yaml`".to_owned(),
        };
        Failure::Usage(format!("there is no file `{path}`: {help}"))
    })
}
