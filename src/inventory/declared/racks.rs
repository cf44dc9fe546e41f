//! Racks of the inventory file, and what stands in them.
//!
//! In: the keys `racks` and `devices`, and those of a machine's place. Out: [`Rack`]s, [`Device`]s
//! and [`RackPlace`]s that fit, and diagnostics for those that do not.

use std::ops::RangeInclusive;

use super::super::cursor::Cursor;
use super::super::fact::Fact;
use super::super::model::{Device, Rack, RackPlace};
use super::super::natural;
use super::{NOT_DECLARED, Reader, unknown_name};
use crate::diagnostic::Diagnostic;
use crate::source::{Entry, Value};

/// Units that a rack can have: twice what the highest on the market do.
const UNITS: RangeInclusive<u16> = 1..=100;

impl Reader<'_> {
    pub(super) fn racks(&mut self, root: &Cursor) -> Vec<Rack> {
        let Some(list) = root.get("racks") else { return vec![] };
        if !matches!(list.node.value, Value::Sequence(_)) {
            self.wrong(list.node.span, "`racks` is not a list");
        }
        let mut racks: Vec<Rack> = Vec::new();
        for entry in list.items() {
            let Some(rack) = self.rack(&entry) else { continue };
            if racks.iter().any(|other| other.name == rack.name) {
                let message = format!("a rack called `{}` is there already", rack.name);
                self.wrong(entry.node.span, &message);
            } else {
                racks.push(rack);
            }
        }
        racks
    }

    fn rack(&mut self, entry: &Cursor) -> Option<Rack> {
        self.keys(entry.node, &["name", "units"]);
        let name = entry.fact("name", NOT_DECLARED).get().cloned();
        let units = self.counted(entry, "units").get().copied();
        if name.is_none() || entry.get("units").is_none() {
            self.wrong(entry.node.span, "a rack needs `name` and `units`");
        }
        Some(Rack { name: name?, units: units?, source: entry.source() })
    }

    /// A number of units, from 1 to 100.
    fn counted(&mut self, value: &Cursor, key: &str) -> Fact<u16> {
        let fact = self.number(value, key);
        match (fact.get(), value.get(key)) {
            (Some(number), Some(found)) if !UNITS.contains(number) => {
                let (first, last) = (UNITS.start(), UNITS.end());
                self.wrong(found.node.span, &format!("`{key}` is not from {first} to {last}"));
                Fact::unknown(NOT_DECLARED)
            }
            _ => fact,
        }
    }

    pub(super) fn devices(&mut self, entries: Vec<(&Entry, Cursor)>) -> Vec<Device> {
        let device = |(entry, value): (&Entry, Cursor)| self.device(entry, &value);
        let mut devices: Vec<Device> = entries.into_iter().map(device).collect();
        natural::sort_by(&mut devices, |device| &device.name);
        devices
    }

    fn device(&mut self, entry: &Entry, value: &Cursor) -> Device {
        let known = ["address", "disks", "height", "kind", "model", "ports", "rack", "unit"];
        self.keys(value.node, &known);
        Device {
            name: entry.key.clone(),
            kind: value.fact("kind", NOT_DECLARED),
            model: value.fact("model", NOT_DECLARED),
            address: value.fact("address", NOT_DECLARED),
            ports: self.number(value, "ports"),
            disks: self.disks(value),
            place: self.place(&entry.key, value),
            source: value.source(),
        }
    }

    pub(super) fn disks(&mut self, value: &Cursor) -> Vec<Fact<String>> {
        let Some(list) = value.get("disks") else { return vec![] };
        let disks = list.items();
        if !matches!(list.node.value, Value::Sequence(_)) || disks.iter().any(is_no_text) {
            self.wrong(list.node.span, "`disks` is not a list of texts");
        }
        disks.iter().filter(|disk| !is_no_text(disk)).map(Cursor::text).collect()
    }

    /// Where a machine stands, if the file says so and it fits. `rack` may be left out where there
    /// is one only.
    pub(super) fn place(&mut self, name: &str, value: &Cursor) -> Option<RackPlace> {
        let given = value.any(&["unit", "rack", "height"])?;
        let Some(unit) = value.get("unit") else {
            self.wrong(given.node.span, "a place in a rack needs `unit`");
            return None;
        };
        let lowest = *self.counted(value, "unit").get()?;
        let height = match value.get("height") {
            Some(_) => *self.counted(value, "height").get()?,
            None => 1,
        };
        let rack = self.rack_of(value)?;
        let highest = lowest + height - 1;
        if highest > rack.units {
            let Rack { name: of, units, .. } = &rack;
            let message = format!("`{name}` ends at unit {highest}, and `{of}` has {units}");
            let error = Diagnostic::error("inventory/rack-unit", message).at(unit.node.span);
            self.diagnostics.push(error.help("units are counted from 1 at the bottom"));
            return None;
        }
        Some(RackPlace { rack: rack.name, unit: lowest, height, source: unit.source() })
    }

    fn rack_of(&mut self, value: &Cursor) -> Option<Rack> {
        let Some(found) = value.get("rack") else {
            if let [only] = self.racks.as_slice() {
                return Some(only.clone());
            }
            self.wrong(value.node.span, "a place needs `rack`, the name of one of `racks`");
            return None;
        };
        let name = found.node.as_str().unwrap_or_default();
        let rack = self.racks.iter().find(|rack| rack.name == name).cloned();
        if rack.is_none() {
            let known = self.racks.iter().map(|rack| rack.name.as_str());
            self.diagnostics.push(unknown_name("rack", name, found.node.span, known));
        }
        rack
    }
}

fn is_no_text(value: &Cursor) -> bool {
    value.node.as_str().is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_text;

    #[test]
    fn machines_have_a_place() {
        let (declared, diagnostics) = read_text(
            "racks: [{name: cellar, units: 12}]\n\
             hosts:\n  alder: {rack: cellar, unit: 11, height: 2, disks: [4 x 4 TB HDD, 1 TB NVMe]}\n\
             devices:\n  sw-10: {kind: switch, ports: 24, unit: 3}\n  sw-9: {address: 192.0.2.3}\n",
        );
        assert_eq!(diagnostics, []);
        assert_eq!((declared.racks[0].name.as_str(), declared.racks[0].units), ("cellar", 12));
        let host = &declared.hosts[0];
        let place = host.place.as_ref().map(|place| (place.unit, place.height));
        assert_eq!((place, host.disks[1].shown()), (Some((11, 2)), "1 TB NVMe"));
        let names: Vec<&str> = declared.devices.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["sw-9", "sw-10"]);
        let switch = &declared.devices[1];
        let place = switch.place.as_ref().map(|place| (place.rack.as_str(), place.height));
        assert_eq!((place, switch.ports.get()), (Some(("cellar", 1)), Some(&24)));
        assert_eq!(
            switch.place.as_ref().map(|it| it.source.field.as_str()),
            Some("devices.sw-10.unit")
        );
    }

    fn check(text: &str, code: &str, message: &str) {
        let (_, diagnostics) = read_text(text);
        let [diagnostic] = diagnostics.as_slice() else {
            panic!("one diagnostic: {diagnostics:?}")
        };
        assert_eq!((diagnostic.code, diagnostic.message.as_str()), (code, message));
    }

    #[test]
    fn what_does_not_fit_is_reported() {
        let wrong = |text: &str, message: &str| check(text, "inventory/wrong-type", message);
        wrong("racks: 3\n", "`racks` is not a list");
        wrong("racks: [{name: a}]\n", "a rack needs `name` and `units`");
        wrong("racks: [{units: 3}]\n", "a rack needs `name` and `units`");
        wrong("racks: [{name: a, units: 0}]\n", "`units` is not from 1 to 100");
        wrong("racks: [{name: a, units: x}]\n", "`units` is not a number that fits");
        wrong(
            "racks: [{name: a, units: 3}, {name: a, units: 4}]\n",
            "a rack called `a` is there already",
        );
        wrong("devices: {a: {unit: 1}}\n", "a place needs `rack`, the name of one of `racks`");
        wrong("devices: {a: {disks: x}}\n", "`disks` is not a list of texts");
        wrong("devices: {a: {disks: [[]]}}\n", "`disks` is not a list of texts");
        let one = "racks: [{name: a, units: 3}]\ndevices:\n  b: ";
        wrong(&format!("{one}{{rack: a}}\n"), "a place in a rack needs `unit`");
        wrong(&format!("{one}{{unit: 1, height: 0}}\n"), "`height` is not from 1 to 100");
        let high = format!("{one}{{unit: 3, height: 2}}\n");
        check(&high, "inventory/rack-unit", "`b` ends at unit 4, and `a` has 3");
        let other = format!("{one}{{rack: c, unit: 1}}\n");
        check(&other, "inventory/unknown-name", "no rack is called `c`");
        check(
            "racks: [{name: a, units: 3, depth: 2}]\n",
            "inventory/unknown-key",
            "unknown key `depth`",
        );
    }
}
