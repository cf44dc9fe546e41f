//! Broken repositories give diagnostics, never a panic.
//!
//! Small repositories are changed at random: lines lost, values of wrong types, documents swapped,
//! files cut off, and letters of all scripts put anywhere. The same seed makes the same change, and
//! a failure names its seed. `RACKBOOK_CASES` sets how many are tried.
#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the example and its environment, and says what fails"
)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rackbook::source::{Root, Roots, Sources, parse, read};
use rackbook::{gitops, inventory};

/// Files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Numbers that only look random, by xorshift64*.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % end.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// What a value may become.
const VALUES: [&str; 36] = [
    "[]",
    "{}",
    "null",
    "~",
    "''",
    "-1",
    "0",
    "99999999999999999999",
    "1e999",
    "true",
    "[[[]]]",
    "{a: {b: []}}",
    "${X",
    "${X:=${Y}}",
    "${APP}",
    "{{ x",
    "{{ .Release.Name }}",
    "*a",
    "&a b",
    "!tag x",
    "\"",
    "'",
    "|",
    ">-",
    "../../../..",
    "/",
    ".",
    "./",
    "*",
    "**/x",
    "(?",
    "10.0.0.0/99",
    "::ffff:1/200",
    "255.255.255.255-0.0.0.0",
    "<< inputs.x >>",
    "=",
];
/// Letters that parsers stumble over.
const LETTERS: [&str; 14] = [
    "\u{0}", "\u{feff}", "\u{200b}", "\u{202e}", "é", "ß", "日本", "🦀", "\t", "\r", "\u{85}",
    "\u{2028}", "%", "---\n",
];

/// The small repositories: each folder of the example's apps, and those of [`OTHERS`].
fn repositories() -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab");
    let roots = Roots { repository: root.clone(), site: root };
    let (sources, _) = read(&roots).expect("the example is readable");
    let mut all = BTreeMap::<String, Files>::new();
    let mut shared = Files::new();
    for (_, file) in sources.files() {
        let parts: Vec<&str> = file.path.split('/').collect();
        let bytes = file.bytes().to_vec();
        match parts.as_slice() {
            ["kubernetes", "apps", namespace, ..] => {
                all.entry((*namespace).to_owned()).or_default().insert(file.path.clone(), bytes);
            }
            ["kubernetes", "flux", ..] => drop(shared.insert(file.path.clone(), bytes)),
            [first, ..] => {
                drop(all.entry((*first).to_owned()).or_default().insert(file.path.clone(), bytes));
            }
            [] => {}
        }
    }
    let mut found: Vec<Files> = all.into_values().collect();
    found.iter_mut().for_each(|files| files.extend(shared.clone()));
    for text in OTHERS {
        let parts = text.split("== ").skip(1).filter_map(|part| part.split_once('\n'));
        found.push(parts.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect());
    }
    found
}

/// What the example has not: Argo CD, generated objects, and much of kustomize.
const OTHERS: [&str; 2] = [
    "== root.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  goTemplate: true
  generators:
  - matrix: {generators: [{list: {elements: [{a: b}]}}, {git: {files: [{path: 'apps/*/config.yaml'}]}}]}
  - git: {repoURL: &url https://git.example.com/ops, directories: [{path: apps/*}, {path: apps/x, exclude: true}]}
  - clusters: {values: {c: d}}
  template:
    metadata: {name: '{{ .path.basename | lower }}'}
    spec:
      source: {repoURL: *url, path: '{{ .path.path }}', helm: {values: 'a: b', parameters: [{name: c.d, value: e}]}}
      destination: {namespace: '{{ index .path.segments 1 }}'}
      syncPolicy: {syncOptions: [CreateNamespace=true]}
== apps/web/Chart.yaml
apiVersion: v2
name: web
dependencies:
- {name: app-template, alias: web, version: 4.0.0, condition: web.on}
== apps/web/values.yaml
web:
  controllers: {main: {containers: {app: {image: {repository: x, tag: 1}}}}}
  service: {main: {controller: main, ports: {http: {port: 80}}}}
  persistence: {data: {size: 1Gi, accessMode: ReadWriteOnce}}
== apps/plain/config.yaml
name: plain
== apps/plain/kustomization.yaml
resources: [a.yaml]
replicas: [{name: a, count: 2}]
== apps/plain/a.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {selector: {matchLabels: {a: b}}, template: {spec: {containers: [{name: a, image: 'b:1'}]}}}
",
    "== flux/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  sourceRef: {kind: GitRepository, name: flux-system}
  postBuild: {substitute: {A: '${B:-c}'}, substituteFrom: [{kind: ConfigMap, name: vars}]}
  patches:
  - target: {kind: 'Config.*', labelSelector: 'a=b,c'}
    patch: |-
      - {op: add, path: /data/x~1y/0, value: 1}
      - {op: move, from: /data, path: /other}
== apps/kustomization.yaml
namespace: shop
namePrefix: a-
resources: [set.yaml, ./sub, https://example.com/base.yaml]
components: [../components/one]
configMapGenerator: [{name: vars, literals: [A=1], files: [a=set.yaml], envs: [vars.env]}]
images: [{name: x, newTag: 2}]
labels: [{pairs: {a: b}, includeSelectors: true}]
patches:
- path: patch.yaml
replacements:
- source: {kind: ConfigMap, name: vars, fieldPath: data.A, options: {delimiter: '.', index: 3}}
  targets: [{select: {kind: ConfigMap}, fieldPaths: ['data.[a=b].c', 'x.*.y'], options: {create: true, delimiter: '/', index: -1}}]
== apps/vars.env
A=1
== apps/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: made}
data: {$patch: replace, list: [{name: a, $patch: delete}]}
== apps/set.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: set}
spec:
  inputs: [{a: {b: 1}}]
  resources: [{apiVersion: v1, kind: ConfigMap, metadata: {name: '<< inputs.a.b | quote >>'}}]
  resourcesTemplate: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: << inputs.a.b >>}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: made, labels: {a: b}}
data: {list: [{name: a}]}
== apps/sub/kustomization.yaml
resources: [../cm.yaml]
== apps/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: &a one}
data: {*a : x, config: '{\"type\": \"macvlan\", \"ipam\": {\"subnet\": \"192.0.2.0/24\"}}'}
== components/one/kustomization.yaml
kind: Component
resources: [../../apps/sub]
",
];

fn mutate(files: &mut Files, random: &mut Random) {
    let paths: Vec<String> = files.keys().cloned().collect();
    let path = random.pick(&paths).clone();
    let other = random.pick(&paths).clone();
    let text = String::from_utf8_lossy(&files[&path]).into_owned();
    let changed = match random.below(11) {
        0 => without_lines(&text, random),
        1 => with_value(&text, random),
        2 => with_value(&with_value(&text, random), random),
        3 => text[..boundary(&text, random)].to_owned(),
        4 => inserted(&text, random),
        5 => indented(&text, random),
        6 => swapped(&text, random),
        7 => files
            .insert(other, text.clone().into_bytes())
            .map_or(text, |old| String::from_utf8_lossy(&old).into_owned()),
        8 => with_key(&text, random),
        9 => {
            let mut bytes = text.into_bytes();
            let at = random.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.next() as u8;
            }
            files.insert(path, bytes);
            return;
        }
        _ => {
            files.remove(&path);
            return;
        }
    };
    files.insert(path, changed.into_bytes());
}

fn boundary(text: &str, random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn inserted(text: &str, random: &mut Random) -> String {
    let at = boundary(text, random);
    let letters = if random.below(20) == 0 {
        random.pick(&VALUES).repeat(3000)
    } else {
        (*random.pick(&LETTERS)).to_owned()
    };
    format!("{}{letters}{}", &text[..at], &text[at..])
}

fn without_lines(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let start = random.below(lines.len());
    let end = start + 1 + random.below(4);
    let kept = lines.iter().enumerate().filter(|(at, _)| *at < start || *at >= end);
    kept.map(|(_, line)| *line).collect()
}

/// One line changed.
fn line(text: &str, random: &mut Random, change: impl Fn(&str, &mut Random) -> String) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    if let Some(line) = lines.get_mut(at) {
        *line = change(line, random);
    }
    lines.join("\n") + "\n"
}

fn with_value(text: &str, random: &mut Random) -> String {
    line(text, random, |line, random| {
        let key = line.split_once(": ").map_or(line, |(key, _)| key);
        format!("{key}: {}", random.pick(&VALUES))
    })
}

/// A value in a flow map, or a key, becomes another one's.
fn with_key(text: &str, random: &mut Random) -> String {
    let words: Vec<&str> = text.split([' ', '\n', '{', '}', ',', '[', ']']).collect();
    let (from, to) = (random.pick(&words), random.pick(&words));
    if from.is_empty() { text.to_owned() } else { text.replacen(from, to, 1 + random.below(3)) }
}

fn indented(text: &str, random: &mut Random) -> String {
    line(text, random, |line, random| match random.below(3) {
        0 => format!("  {line}"),
        1 => line.trim_start().to_owned(),
        _ => format!("- {line}"),
    })
}

fn swapped(text: &str, random: &mut Random) -> String {
    let mut documents: Vec<&str> = text.split("\n---\n").collect();
    let (left, right) = (random.below(documents.len()), random.below(documents.len()));
    documents.swap(left, right);
    documents.join("\n---\n---\n")
}

/// Everything between reading and showing.
fn run(files: &Files) -> usize {
    let sources =
        Sources::from_memory(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let (documents, mut all) = parse(&sources);
    let (effective, wrong) = gitops::walk(&sources, &documents, None);
    all.extend(wrong);
    let cluster = effective.cluster.clone();
    let (cluster, wrong) =
        inventory::collect(&sources, &documents, &effective, cluster.as_deref(), &all);
    all.extend(wrong);
    let _ = rackbook::diagnostic::render(&all, &sources, false);
    serde_json::to_string(&cluster).map_or(0, |text| text.len())
}

/// The repository of a seed.
fn case(repositories: &[Files], seed: u64) -> Files {
    let mut random = Random::new(seed);
    let mut files = random.pick(repositories).clone();
    for _ in 0..=random.below(3) {
        mutate(&mut files, &mut random);
        if files.is_empty() {
            break;
        }
    }
    files
}

fn panics(repositories: &[Files], seed: u64) -> bool {
    catch_unwind(AssertUnwindSafe(|| run(&case(repositories, seed)))).is_err()
}

#[test]
fn nothing_that_a_file_holds_makes_it_panic() {
    let repositories = repositories();
    assert!(repositories.len() > 10);
    for files in &repositories {
        assert!(run(files) > 1000, "an unchanged repository is read");
        assert!(files.keys().all(|path| !path.is_empty()));
    }
    let wanted = std::env::var("RACKBOOK_CASES").ok().and_then(|text| text.parse().ok());
    let cases: u64 = wanted.unwrap_or(10_000);
    let threads = std::thread::available_parallelism().map_or(1, |found| found.get() as u64);
    // Not by rayon: its threads are those that parsing itself uses.
    let failed: Vec<u64> = std::thread::scope(|scope| {
        let start = |first: u64| {
            let repositories = &repositories;
            scope.spawn(move || {
                let seeds = (first..=cases).step_by(threads as usize);
                seeds.filter(|seed| panics(repositories, *seed)).collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (1..=threads).map(start).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a thread ends")).collect()
    });
    assert!(failed.is_empty(), "{} of {cases} panic, seeds {failed:?}", failed.len());
}

#[test]
fn the_same_seed_is_the_same_case() {
    let repositories = repositories();
    let differs = (1..20).filter(|seed| case(&repositories, *seed) != case(&repositories, *seed));
    assert_eq!(differs.count(), 0);
    let sources = Sources::from_memory([("a", b"".as_slice())]);
    assert_eq!(sources.files().next().map(|(_, file)| file.root), Some(Root::Repository));
}
