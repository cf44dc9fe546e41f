//! What messages of reading mean: [`READING`].
//!
//! In: nothing. Out: a heading and an explanation for each code that is no finding. `tests/tidy.rs`
//! holds it complete.

/// A message of reading, walking or building.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Permanent name, `area/what`.
    pub code: &'static str,
    /// What is the case, as a heading.
    pub title: &'static str,
    /// What it means and what to do, in Markdown.
    pub explanation: &'static str,
}

const fn told(code: &'static str, title: &'static str, explanation: &'static str) -> Reading {
    Reading { code, title, explanation }
}

/// All messages that are no findings, by code.
pub const READING: &[Reading] = &[
    told(
        "config/acknowledgement-unused",
        "An acknowledgement that matches no finding",
        "`findings.acknowledge` in `site/site.yaml` has an entry whose code and place fit no finding of this run: what it spoke of is solved, renamed or moved. Remove the entry, or correct `where`.",
    ),
    told(
        "config/invalid",
        "A setting that cannot be",
        "A value in `site/site.yaml` has the wrong type or form. Nothing is built before it is corrected.",
    ),
    told(
        "config/unknown-code",
        "A finding that does not exist",
        "`findings:` in `site/site.yaml` names a code that no rule has. `rackbook check --explain` without a code lists them all.",
    ),
    told(
        "config/unknown-key",
        "A setting that does not exist",
        "`site/site.yaml` has a key that nothing reads, most likely a slip.",
    ),
    told(
        "content/alert",
        "An alert that does not exist",
        "A quote starts with `[!…]` and a word that is no alert. It is shown as a quote.",
    ),
    told(
        "content/alias",
        "A former address that is taken",
        "`aliases` names an address that a page has, or that lies outside the site. No redirect is made for it.",
    ),
    told(
        "content/broken-anchor",
        "A link to a heading that does not exist",
        "The page exists, the heading behind `#` does not. The help names the nearest one.",
    ),
    told(
        "content/broken-image",
        "An image that does not exist",
        "A picture is named by a path at which no file lies.",
    ),
    told(
        "content/broken-link",
        "A link to a page that does not exist",
        "Links are written by file path, as on GitHub. The help names the nearest page.",
    ),
    told(
        "content/code-attribute",
        "An attribute that code does not have",
        "What stands behind a code fence's language is no attribute, or marks lines that the code does not have. It is left out.",
    ),
    told(
        "content/code-language",
        "A language that does not exist",
        "The word behind a code fence is nearly that of a language. The code is shown without colours.",
    ),
    told(
        "content/code-note",
        "A mark in code that nothing explains",
        "A comment such as `# (3)` is a mark, and the list behind the code has fewer items.",
    ),
    told(
        "content/component",
        "A component that was called wrongly",
        "A `table(…)`, `diagram(…)` or other component got an argument that it does not know, or lacks one.",
    ),
    told(
        "content/container",
        "A container that is not right",
        "A line such as `:::tabs` names no container, is never closed, closes nothing, or holds something else than its name says.",
    ),
    told(
        "content/duplicate-id",
        "An id that is used twice",
        "Two elements of a page have the same id, so links lead to the first alone. Headings that repeat each other are told apart by a number, except where one of the ids is written by hand.",
    ),
    told(
        "content/empty-link",
        "A link without words or address",
        "Nothing stands between the brackets or the parentheses of a link.",
    ),
    told(
        "content/external-image",
        "A picture on another host",
        "Pages load nothing from other hosts, so the picture would stay empty. Save it beside the page.",
    ),
    told(
        "content/external-link",
        "A link to another host that does not work",
        "`rackbook check --external` asked for the page, and the host said no, or could not be reached. Hosts that ask for patience or a password are not told of.",
    ),
    told(
        "content/footnote",
        "A footnote that is not whole",
        "A footnote is named and not defined, defined and not named, or defined twice.",
    ),
    told(
        "content/front-matter",
        "Front matter that cannot be read",
        "The YAML between the `---` lines has an unknown key or a value of the wrong type.",
    ),
    told(
        "content/html-script",
        "A script in Markdown",
        "Pages hold no script, so that the site needs none. It is left out.",
    ),
    told(
        "content/image-alt",
        "An image without a text",
        "Write what the picture shows between the square brackets: people who cannot see it read that instead.",
    ),
    told(
        "content/manifest-fragment",
        "A manifest fragment that was not found",
        "A `manifest` fence names an object or a field that does not exist.",
    ),
    told(
        "content/math",
        "A formula that cannot be read",
        "What stands between dollars is no LaTeX that is understood. It is shown as it is written.",
    ),
    told(
        "content/missing-reference",
        "A link's label that is not defined",
        "`[text][label]` needs a line `[label]: address` somewhere on the page. It is shown as it is written.",
    ),
    told(
        "content/not-text",
        "A page that is no text",
        "A file in `content/` ends in `.md` and is not UTF-8.",
    ),
    told(
        "content/open-fence",
        "A code block that is never closed",
        "The block ends where the page, list or quote does, so text may be in it that is meant to be outside.",
    ),
    told(
        "content/orphan",
        "A page that its folder's list has forgotten",
        "The folder's `index.md` lists its pages, and neither it nor another page links to this one. Readers find it in the sidebar alone.",
    ),
    told(
        "content/page-too-large",
        "A page that grows too large",
        "A page's expressions make more text than a page can hold; most likely a loop in a loop.",
    ),
    told(
        "content/same-page",
        "Two files for one page",
        "Two files in `content/` would become the same page. Rename one.",
    ),
    told(
        "content/template-syntax",
        "An expression that cannot be read",
        "What stands between `{{` and `}}` or `{%` and `%}` is no expression. In code it stays as it is.",
    ),
    told(
        "content/template-value",
        "An expression that failed",
        "The expression can be read, but its value has the wrong type for what is done with it.",
    ),
    told(
        "content/unknown-fact",
        "A fact that does not exist",
        "The name in an expression is nothing that was read from the repository. The help names the nearest one.",
    ),
    told(
        "content/unknown-filter",
        "A filter that does not exist",
        "The name behind `|` is no filter.",
    ),
    told(
        "content/unknown-function",
        "A function that does not exist",
        "The name before `(` is no function or component.",
    ),
    told("content/unknown-test", "A test that does not exist", "The name behind `is` is no test."),
    told(
        "diagram/invalid",
        "A diagram that cannot be drawn as it is written",
        "A file in `diagrams/` lacks something or has a value of the wrong form. The page `guides/own-diagrams.md` of Rackbook's own handbook describes the format.",
    ),
    told(
        "diagram/mermaid",
        "A Mermaid flowchart that cannot be read",
        "The named piece is no node, link or `subgraph`. Only flowcharts are drawn; in Markdown, other kinds are shown as text.",
    ),
    told(
        "diagram/same-id",
        "Two boxes of one name",
        "Two boxes of a diagram have the same `id`, so a line to it could mean either.",
    ),
    told(
        "diagram/svg",
        "An SVG that cannot be read",
        "The file is no well-formed SVG, declares entities, has no size, or is too large.",
    ),
    told(
        "diagram/svg-removed",
        "Something in an SVG that a page does not hold",
        "Scripts, handlers, foreign content and whatever is loaded from elsewhere are left out. Export the picture without them.",
    ),
    told(
        "diagram/too-large",
        "A diagram with too much in it",
        "A picture that holds this many boxes or lines, or frames this deep in each other, cannot be read. Split it.",
    ),
    told(
        "diagram/unknown-end",
        "A line to a box that does not exist",
        "`from` and `to` name the `id` of a box, or its `ref`. The help names the nearest one.",
    ),
    told(
        "diagram/unknown-icon",
        "An icon that does not exist",
        "Icons are named `mdi:…` or `si:…`. The help names the nearest one.",
    ),
    told(
        "diagram/unknown-key",
        "A key that a diagram does not have",
        "Nothing reads the key, most likely a slip.",
    ),
    told(
        "diagram/unknown-ref",
        "A reference to something that does not exist",
        "`ref` names something that was read from the repository. It was renamed or removed, or the name has a slip.",
    ),
    told(
        "flux/cluster-unknown",
        "A cluster that the repository does not hold",
        "`--cluster`, or `cluster` in `site/site.yaml`, names a cluster that was not found. The help lists those that were.",
    ),
    told(
        "flux/several-clusters",
        "A repository with several clusters",
        "The repository holds several clusters and none was chosen, so the first is shown. Choose one with `--cluster NAME`.",
    ),
    told(
        "inventory/attachment-config",
        "A network attachment whose configuration cannot be read",
        "The configuration of a `NetworkAttachmentDefinition` is JSON in a string, and this one is not.",
    ),
    told(
        "inventory/duplicate-machine",
        "One machine declared twice",
        "Two entries of the same file declare a machine of one name. The first is shown.",
    ),
    told(
        "inventory/rack-unit",
        "A machine that does not fit into its rack",
        "A machine in `site/inventory.yaml` takes units that its rack does not have. Units are counted from 1 at the bottom; `unit` is the lowest that it takes.",
    ),
    told(
        "inventory/several-fleets",
        "Several sets of nodes",
        "The repository declares the nodes of several clusters and none was chosen. Choose one with `--cluster NAME`.",
    ),
    told(
        "inventory/unknown-key",
        "A key that the inventory does not know",
        "`site/inventory.yaml` has a key that nothing reads, most likely a slip.",
    ),
    told(
        "inventory/unknown-name",
        "A name in the inventory that nothing else has",
        "`site/inventory.yaml` describes something by a name that no manifest has. The help names the nearest one.",
    ),
    told(
        "inventory/wrong-type",
        "A value of the wrong type in the inventory",
        "A value in `site/inventory.yaml` is not of the type that its key needs.",
    ),
    told(
        "kustomize/cycle",
        "Kustomizations that include each other",
        "A `kustomization.yaml` includes itself by way of others. kustomize refuses that, and so does Flux.",
    ),
    told(
        "kustomize/not-an-object",
        "A resource that is no Kubernetes object",
        "A file under `resources` holds a document without `apiVersion`, `kind` or a name. kustomize refuses that.",
    ),
    told(
        "kustomize/not-followed",
        "A part of a kustomization that is not followed",
        "The `kustomization.yaml` uses something that is not done here, such as a generator plugin; what it would make is not on the site.",
    ),
    told(
        "privacy/excluded",
        "A folder that is left out",
        "`privacy.exclude.folders` in `site/site.yaml` names this folder, so nothing of it is read or shown.",
    ),
    told(
        "privacy/left",
        "A value to be masked that would be published",
        "`privacy:` in `site/site.yaml` says that values like this one are masked. They are masked in every file that is read; this one comes from the settings of the site or is the name of a file. Nothing is written before it is gone.",
    ),
    told(
        "privacy/secret",
        "A secret that would be published",
        "The finished site holds what has the form of a private key or token. Nothing is written. Take it out of the file that is named, and replace the secret, as it is in the history of the repository. The message never shows it.",
    ),
    told(
        "readme/argument",
        "A block with an argument that cannot be",
        "A block of a Markdown file has an argument that its kind does not take, without a value, or with one that cannot be. The block keeps what it has. `rackbook readme --list` tells what each takes.",
    ),
    told(
        "readme/end-without-begin",
        "The end of a block that is not open",
        "`<!-- rackbook:end -->` stands where no block is open. Remove it, or write the comment that opens the block.",
    ),
    told(
        "readme/inline",
        "A table within a sentence",
        "A block that opens and closes within a line can hold a fact or badges, not a table. Put its two comments on lines of their own.",
    ),
    told(
        "readme/not-alone",
        "A block that begins within a line",
        "The comment that opens a block of several lines stands behind other text. Put it on a line of its own.",
    ),
    told(
        "readme/table",
        "A table that a block could keep true",
        "Half or more of the rows of a table written by hand name things that the manifests declare. The help says which block gives the same; what differs is listed.",
    ),
    told(
        "readme/unclosed",
        "A block without an end",
        "`<!-- rackbook:begin … -->` is not followed by `<!-- rackbook:end -->`. Blocks do not nest.",
    ),
    told(
        "readme/unknown",
        "A block that names what does not exist",
        "The name of a block, or a table, picture, column, namespace, folder, fact or badge that it asks for, does not exist. The help has the nearest name. The block keeps what it has.",
    ),
    told(
        "rendered/no-release",
        "Rendered manifests that belong to no release",
        "The folder of rendered manifests holds objects of which nothing says which `HelmRelease` made them, or whose release is not in the repository. They are counted as what charts make, and belong to no app. Render with the labels of Flux, or one file for each release.",
    ),
    told(
        "site/path-taken",
        "A file that a page has the path of",
        "A file to copy has the path of a page of the site, so it is not copied. Rename one.",
    ),
    told(
        "source/archive-skipped",
        "A folder that is left out as an archive",
        "Folders called `archive` or the like are not read.",
    ),
    told(
        "source/dangling-link",
        "A symbolic link to nothing",
        "The link's target does not exist, so nothing was read.",
    ),
    told(
        "source/encrypted",
        "A file that is encrypted as a whole",
        "Nothing of the file is read, and what it declares is not on the site.",
    ),
    told(
        "source/hcl-syntax",
        "Terraform variables that cannot be read",
        "The file is no valid HCL.",
    ),
    told(
        "source/link-outside",
        "A symbolic link that leaves the repository",
        "Links out of the repository are not followed.",
    ),
    told(
        "source/link-to-folder",
        "A symbolic link to a folder",
        "Links to folders are not followed: the folder is read where it lies.",
    ),
    told(
        "source/not-a-file",
        "Something that is no file",
        "Sockets, pipes and devices are not read.",
    ),
    told(
        "source/not-utf8",
        "A YAML file that is no text",
        "The file is not UTF-8, or holds a byte that text has not, so it is not read. Save it as UTF-8.",
    ),
    told(
        "source/nothing-found",
        "No manifest at all",
        "The folder holds nothing that could be shown. Name the folder of the GitOps repository with `--repo DIR`.",
    ),
    told(
        "source/submodule-skipped",
        "A submodule of an older commit",
        "What another repository holds is in no commit of this one, so the files of a submodule are not read from history.",
    ),
    told(
        "source/too-large",
        "A file that is too large to read",
        "Files beyond the limit are left out, and the site says so.",
    ),
    told(
        "source/unreadable",
        "A file that could not be read",
        "The system refused, or the file has a name that is no text.",
    ),
    told(
        "talos/patch-missing",
        "A Talos patch that does not exist",
        "The talhelper configuration names a patch file that is not there.",
    ),
    told(
        "theme/no-script",
        "A script that the theme does not have",
        "A page asks for a script by `data-script`, and the theme has no file of that name in `js/`. The page is complete without it, but what the script does is missing.",
    ),
    told(
        "theme/strings",
        "Words of the theme that are not read",
        "`themes/default/strings.yaml` holds a name that no template asks for, or cannot be read; the built-in words stand in. `rackbook theme eject strings.yaml` writes all names.",
    ),
    told(
        "theme/template",
        "A template of your theme that failed",
        "A file in `themes/default/` of your site is no template, or asks for something that is not there.",
    ),
    told(
        "yaml/alias-budget",
        "Aliases that grow without end",
        "Aliases of aliases make more values than a file can mean. It is not read.",
    ),
    told(
        "yaml/complex-key",
        "A key that is a list or map",
        "Kubernetes knows keys of text alone. The entry is left out.",
    ),
    told(
        "yaml/depth",
        "Values nested too deeply",
        "The file is nested deeper than any manifest; it is not read.",
    ),
    told(
        "yaml/duplicate-key",
        "A key that is set twice",
        "The last value counts, as it does in Kubernetes.",
    ),
    told(
        "yaml/syntax",
        "A file that is no valid YAML",
        "The file could not be read from here on; its objects are not on the site.",
    ),
];
