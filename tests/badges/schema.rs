//! The committed JSON Schema.
//!
//! It is made by `rackbook badges schema > badges/badges.schema.json`.

#[test]
fn the_schema_is_current() {
    let committed = include_str!("../../badges/badges.schema.json");
    let made = format!("{:#}\n", rackbook::badge::spec::schema());
    assert!(committed == made, "make it again: rackbook badges schema > badges/badges.schema.json");
}
