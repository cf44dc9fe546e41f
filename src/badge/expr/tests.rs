//! Expressions, from source to text.

use std::collections::BTreeMap;

use super::*;

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn eval(source: &str, result: f64) -> Result<String, EvalError> {
    let program = Program::compile(source).unwrap_or_else(|error| panic!("`{source}`: {error}"));
    program.eval(result, &labels(&[("version", "v1.2.3"), ("node", "a,b")]))
}

fn check(source: &str, result: f64, expected: &str) {
    assert_eq!(eval(source, result), Ok(expected.to_owned()), "`{source}` of {result}");
}

fn check_wrong(source: &str, part: &str) {
    let error = Program::compile(source).expect_err(source).to_string();
    assert!(error.contains(part), "`{part}` is not in `{error}` for `{source}`");
}

#[test]
fn numbers_become_texts_as_in_go() {
    check("string(result)", 18.0, "18");
    check("string(result)", 17.5, "17.5");
    check("string(result) + \"%\"", 17.5, "17.5%");
    check("string(result)", 1_234_567.0, "1.234567e+06");
    check("string(result)", f64::NAN, "NaN");
    check("string(result)", f64::INFINITY, "+Inf");
    check("string(math.round(result))", 17.6, "18");
    check("string(math.floor(result))", 17.6, "17");
    check("string(int(result))", 17.6, "17");
    check("string(uint(result)) + string(true) + string('x') + string(b'y')", 3.0, "3truexy");
    check("string(dyn(result))", 1_000_000.0, "1e+06");
    check("string(result * 2.0 + 1.0)", 2.0, "5");
    check("string(-result)", 2.5, "-2.5");
    check("string(double('2.50'))", 0.0, "2.5");
}

#[test]
fn formatters_are_there() {
    check("humanize(result)", 93_166_031.0, "93.17M");
    check("humanize(result)", 999_999.0, "1000k");
    check("humanizeBytes(result)", 1_572_864.0, "1.6MB");
    check("humanizeCommas(result)", 157_121.0, "157,121");
    check("humanizeCommas(math.round(result)) + 'w'", 1234.4, "1,234w");
    check("humanizeFloat(result)", 1_234_567.0, "1234567");
    check("humanizeDuration(result)", 9000.0, "2h30m");
    check("humanizeDurationDays(result)", 6_000_000.0, "69d");
}

#[test]
fn colours_by_thresholds() {
    let scale = "colorScale(result, [35.0, 75.0], [\"green\", \"orange\", \"red\"])";
    check(scale, 0.0, "green");
    check(scale, 35.0, "orange");
    check(scale, 80.0, "red");
    check(scale, f64::NAN, "grey");
    check("colorScale(result, [1.0], ['green'])", 0.0, "grey");
    check("colorScale(result, [], ['blue'])", 0.0, "blue");
    check("result < 35 ? 'green' : result <= 75u ? 'orange' : 'red'", 40.0, "orange");
    check("result <= 50.0 ? \"green\" : \"red\"", 17.5, "green");
}

#[test]
fn conditions_and_equality() {
    check("result == 1.0 ? \"up\" : \"down\"", 1.0, "up");
    check("result == 1.0 ? \"up\" : \"down\"", 0.0, "down");
    let health = "result == 0.0 ? 'Healthy' : result == 1.0 ? 'Warning' : 'Critical'";
    check(health, 0.0, "Healthy");
    check(health, 2.0, "Critical");
    check("!(result > 5.0) && result != 2.0 || false ? 'a' : 'b'", 1.0, "a");
    check("1 < 2.5 && 3u >= 2 ? 'a' : 'b'", 0.0, "a");
    check("result in [1.0, 2.0] ? 'a' : 'b'", 2.0, "a");
    check("'version' in labels ? 'a' : 'b'", 2.0, "a");
}

#[test]
fn labels_are_texts() {
    check("labels[\"version\"]", 0.0, "v1.2.3");
    check("labels.version", 0.0, "v1.2.3");
    check("labels[?\"missing\"].orValue(\"x\")", 0.0, "x");
    check("labels[?\"version\"].orValue(\"x\")", 0.0, "v1.2.3");
    check("labels.?missing.orValue('none')", 0.0, "none");
    check("has(labels.missing) ? 'yes' : 'no'", 0.0, "no");
    check("labels.?version.optMap(v, v + '!').orValue('none')", 0.0, "v1.2.3!");
    check("labels.exists(k, k == 'node') ? 'yes' : 'no'", 0.0, "yes");
    check("string(size(labels))", 0.0, "2");
    assert!(eval("labels[\"missing\"]", 0.0).is_err());
    assert!(eval("labels.missing", 0.0).is_err());
    assert!(eval("optional.none().or(labels[?'missing']).value()", 0.0).is_err());
}

#[test]
fn texts_have_their_extension() {
    check("labels.version.replace('v', '')", 0.0, "1.2.3");
    check("labels.version.substring(1)", 0.0, "1.2.3");
    check("labels.version.upperAscii()", 0.0, "V1.2.3");
    check("labels.version.split('.')[0]", 0.0, "v1");
    check("labels.node.split(',').map(n, n.upperAscii()).join('+')", 0.0, "A+B");
    check("labels.node.split(',').filter(n, n != 'a').join()", 0.0, "b");
    check("'%s is %.1f'.format([labels.version, result])", 2.25, "v1.2.3 is 2.2");
    check("labels.version.matches('^v[0-9]') ? 'a' : 'b'", 0.0, "a");
    check("labels.version.startsWith('v') ? labels.version.charAt(1) : 'b'", 0.0, "1");
    check("string(labels.version.indexOf('.')) + ' x '.trim() + 'ab'.reverse()", 0.0, "2xba");
    check("strings.quote('a\"b')", 0.0, "\"a\\\"b\"");
}

#[test]
fn numbers_have_their_extension() {
    check("string(math.greatest(result, 5.0))", 3.0, "5");
    check("string(math.least(result, 5.0, 1.0))", 3.0, "1");
    check("string(math.abs(result)) + string(math.sign(result))", -3.0, "3-1");
    check("string(math.ceil(result)) + string(math.trunc(result))", 3.2, "43");
    check("math.isNaN(result) ? 'none' : string(result)", f64::NAN, "none");
    check("string(math.sqrt(result))", 9.0, "3");
}

#[test]
fn numbers_of_different_types_only_order() {
    check_wrong(
        "result == 0 ? 'a' : 'b'",
        "no matching overload for `_==_` applied to (double, int)",
    );
    check_wrong("result == 0 ? 'a' : 'b'", "such as `100.0` (at its column 8)");
    check_wrong("string(result * 100)", "no matching overload for `_*_`");
    check_wrong("string(1 + 1u)", "no matching overload for `_+_` applied to (int, uint)");
    check_wrong("'a' < 1 ? 'a' : 'b'", "`_<_`");
    check_wrong("humanize(5)", "no matching overload for `humanize` applied to (int)");
    check_wrong("result % 2.0 == 0.0 ? 'a' : 'b'", "`_%_`");
}

#[test]
fn only_texts_come_out() {
    check_wrong("result", "it must give a string, not `double`");
    check_wrong("result + 1.0", "it must give a string, not `double`");
    check_wrong("result <= 1.0", "it must give a string, not `bool`");
    check_wrong("labels", "not `map(string, string)`");
    check_wrong("labels[?'a']", "not `optional(string)`");
    check_wrong("dyn('a')", "not `dyn`");
    check_wrong("null", "not `null`");
    check_wrong("result > 1.0 ? 'a' : 1", "applied to (bool, string, int)");
    check_wrong("[]", "not `list(dyn)`");
    check_wrong("math.greatest(result, 1)", "not `dyn`");
}

#[test]
fn unknown_names_are_told() {
    check_wrong("nope(result)", "undeclared reference to `nope`");
    check_wrong("nope", "undeclared reference to `nope` (at its column 1)");
    check_wrong("math.nope(result)", "undeclared reference to `math`");
    check_wrong("labels.version.nope()", "undeclared reference to `nope`");
    check_wrong("result.field", "type `double` has no field `field`");
    check_wrong("env('HOME')", "undeclared reference to `env`");
    check_wrong("Foo{a: 1}", "no message types");
    check_wrong("result.exists(x, true) ? 'a' : 'b'", "cannot be the range of a loop");
}

#[test]
fn patterns_are_compiled_beforehand() {
    check_wrong("'a'.matches('[') ? 'a' : 'b'", "the pattern is wrong");
    check_wrong("matches('a', '(a{900}){900}') ? 'a' : 'b'", "the pattern is wrong");
    check_wrong("'a'.matches(labels.version) ? 'a' : 'b'", "must be a literal");
    check("matches(labels.version, '^v[0-9.]+$') ? 'a' : 'b'", 0.0, "a");
}

#[test]
fn broken_syntax_is_told() {
    for source in ["nope(", "result +", "", "'a", "a b", "[1, 2", "'a' + ", "?", "\u{0}"] {
        check_wrong(source, "syntax error");
    }
    check_wrong("nope(", "syntax error: mismatched input 'end' (at its column 6)");
}

#[test]
fn monsters_are_refused() {
    check_wrong(&"a".repeat(5000), "longer than 4096 bytes");
    check_wrong(&format!("{}'a'{}", "(".repeat(500), ")".repeat(500)), "brackets nest deeper");
    check_wrong(&vec!["'a'"; 900].join("+"), "nested deeper");
    check_wrong(&format!("{}'z'", "true ? 'a' : ".repeat(300)), "nested too deep");
    check_wrong(&format!("labels{}", "[?'a']".repeat(300)), "nested deeper than 36 levels");
    check_wrong(&format!("labels{}", ".a".repeat(2000)), "nested deeper than 36 levels");
    check(&format!("{}true ? 'a' : 'b'", "!".repeat(3000)), 0.0, "a");
    check(&format!("string({}1)", "-".repeat(3001)), 0.0, "-1");
    let doubling = ".map(x, x + x)".repeat(30);
    check_wrong(&format!("['abc']{doubling}.join()"), "too expensive");
    let list = format!("[{}]", vec!["'a'"; 300].join(","));
    let loops =
        format!("{list}.map(a, {list}.map(b, {list}.map(c, a + b + c).join()).join()).join()");
    check_wrong(&loops, "too expensive");
    let replace = ".replace('', labels.version)".repeat(5);
    check_wrong(&format!("labels.version{replace}"), "too expensive");
}

#[test]
fn chains_of_a_usual_length_are_fine() {
    check(&vec!["'a'"; 30].join(" + "), 0.0, &"a".repeat(30));
    let steps: Vec<_> = (0..20).map(|step| format!("result < {step}.0 ? '{step}' : ")).collect();
    check(&format!("{}'more'", steps.concat()), 7.5, "8");
}

#[test]
fn loops_over_labels_are_fine() {
    let source = "labels.exists(k, labels[k].startsWith('v') && labels[k] != 'v1') ? 'a' : 'b'";
    check(source, 0.0, "a");
    let all = "labels.filter(k, k != 'job').map(k, k + '=' + labels[k]).join(', ').size() > 0";
    check(&format!("{all} ? 'a' : 'b'"), 0.0, "a");
    check(
        "labels.all(k, labels[k].size() < 100) ? labels.map(k, k)[0].substring(0, 0) : ''",
        0.0,
        "",
    );
}

#[test]
fn hostile_labels_are_cut() {
    let long = "ü".repeat(1_000_000);
    let program = Program::compile("labels.long + '!'").expect("it compiles");
    let text = program.eval(0.0, &labels(&[("long", &long)])).expect("it runs");
    assert_eq!(text, "ü".repeat(512));
    let unused = Program::compile("string(result)").expect("it compiles");
    assert_eq!(unused.eval(1.0, &labels(&[("long", &long)])), Ok("1".to_owned()));
}

#[test]
fn what_goes_wrong_while_running_is_told() {
    assert!(eval("result < 1.0 ? 'a' : 'b'", f64::NAN).is_err());
    assert!(eval("string(int(result))", f64::NAN).is_err());
    assert!(eval("string(1 / int(result))", 0.0).is_err());
    assert!(eval("labels.version.substring(100)", 0.0).is_err());
    check("string(1.0 / result)", 0.0, "+Inf");
}

#[test]
fn programs_can_be_shared() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    shared(&Program::compile("'a'").expect("it compiles"));
}
