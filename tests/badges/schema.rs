//! The committed JSON Schema.
//!
//! It is made by `rackbook badges schema > badges/badges.schema.json`.

#[test]
fn the_schema_is_current() {
    let committed = include_str!("../../badges/badges.schema.json");
    let made = format!("{:#}\n", rackbook::badge::spec::schema());
    assert!(committed == made, "make it again: rackbook badges schema > badges/badges.schema.json");
}

/// Names of settings that the guide leaves to the schema.
const LEFT_OUT: &[&str] = &["favicon", "username", "hidden"];

#[test]
fn the_guide_names_every_setting_and_preset() {
    let guide = include_str!("../../content/guides/badges.md");
    let schema = rackbook::badge::spec::schema();
    let definitions = schema["$defs"].as_object().unwrap().values();
    let objects =
        definitions.chain([&schema]).filter_map(|object| object["properties"].as_object());
    let settings = objects.flat_map(|properties| properties.keys().map(String::as_str));
    let presets = rackbook::badge::spec::preset::ALL.iter().map(|preset| preset.name);
    let missing: Vec<_> = settings
        .chain(presets)
        .filter(|name| !LEFT_OUT.contains(name) && !guide.contains(name))
        .collect();
    assert!(missing.is_empty(), "content/guides/badges.md does not name {missing:?}");
}

#[test]
fn the_own_configuration_is_right() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rackbook"));
    command.args(["badges", "check", "--config", "badges/badges.yaml"]).env_clear();
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("a program");
    let told =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let told = told.concat();
    assert!(output.status.success() && told.contains("nothing is wrong"), "{told}");
}
