//! The functions of badges for CEL's evaluator.
//!
//! In: values of the evaluator. Out: texts. What they do is in the modules of pure functions.

use std::sync::{Arc, LazyLock};

use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelInt, CelString, CelUInt, DOUBLE_TYPE, DYN_TYPE, LIST_TYPE,
};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError, extensions};

use super::{humanize, number, scale};

/// What `string(…)` is called after checking: the evaluator's own one writes numbers as Rust does.
pub(super) const STRING: &str = "@string";

type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// CEL's standard library, its extensions, and ours.
pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> =
    LazyLock::new(|| Arc::new(environment().expect("bug: two functions of one name")));

fn environment() -> Result<Env, DeclarationError> {
    let mut env = Env::stdlib();
    env.add_extension(extensions::strings)?;
    env.add_extension(extensions::math)?;
    env.add_overload(STRING, "dyn_to_go_string", vec![DYN_TYPE], string)?;
    let double = |env: &mut Env, name: &str, function| {
        env.add_overload(name, &format!("{name}_double"), vec![DOUBLE_TYPE], function)
    };
    double(&mut env, "humanize", |args| of_number(&args, humanize::humanize))?;
    double(&mut env, "humanizeBytes", |args| of_number(&args, humanize::bytes))?;
    double(&mut env, "humanizeCommas", |args| of_number(&args, humanize::commas))?;
    double(&mut env, "humanizeFloat", |args| of_number(&args, number::plain))?;
    double(&mut env, "humanizeDuration", |args| of_number(&args, humanize::duration))?;
    double(&mut env, "humanizeDurationDays", |args| of_number(&args, humanize::duration_days))?;
    let scale_types = vec![DOUBLE_TYPE, LIST_TYPE, LIST_TYPE];
    env.add_overload("colorScale", "color_scale", scale_types, |args| color_scale(&args))?;
    Ok(env)
}

fn text<'b, 'v>(text: String) -> CowVal<'b, 'v> {
    CowVal::owned(CelString::from(text))
}

fn of_number<'b, 'v>(args: &[CowVal<'b, 'v>], function: fn(f64) -> String) -> Answer<'b, 'v> {
    match args {
        [value] => Ok(text(function(double("humanize", value.as_ref())?))),
        _ => Err(ExecutionError::invalid_argument_count(1, args.len())),
    }
}

fn double(function: &str, value: &dyn Val) -> Result<f64, ExecutionError> {
    let double = value.downcast_ref::<CelDouble>().map(|value| *value.inner());
    double.ok_or_else(|| ExecutionError::function_error(function, "not a double"))
}

fn string<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let Some(arg) = args.pop() else {
        return Err(ExecutionError::invalid_argument_count(1, 0));
    };
    let value = arg.as_ref();
    let written = if let Some(double) = value.downcast_ref::<CelDouble>() {
        number::shortest(*double.inner())
    } else if let Some(int) = value.downcast_ref::<CelInt>() {
        int.inner().to_string()
    } else if let Some(uint) = value.downcast_ref::<CelUInt>() {
        uint.inner().to_string()
    } else if let Some(truth) = value.downcast_ref::<CelBool>() {
        truth.inner().to_string()
    } else if let Some(bytes) = value.downcast_ref::<CelBytes>() {
        let decoded = std::str::from_utf8(bytes.inner());
        decoded.map_err(|_| ExecutionError::function_error("string", "not UTF-8"))?.to_owned()
    } else if value.downcast_ref::<CelString>().is_some() {
        return Ok(arg);
    } else {
        return Err(ExecutionError::function_error("string", "no text for this type"));
    };
    Ok(text(written))
}

fn color_scale<'b, 'v>(args: &[CowVal<'b, 'v>]) -> Answer<'b, 'v> {
    let [result, steps, colors] = args else {
        return Err(ExecutionError::invalid_argument_count(3, args.len()));
    };
    let result = double("colorScale", result.as_ref())?;
    let steps = items(steps.as_ref(), |step| double("colorScale", step))?;
    let colors = items(colors.as_ref(), |color| {
        let name = color.downcast_ref::<CelString>().map(|name| name.inner().to_owned());
        name.ok_or_else(|| ExecutionError::function_error("colorScale", "not a string"))
    })?;
    let names: Vec<_> = colors.iter().map(String::as_str).collect();
    Ok(text(scale::color_scale(result, &steps, &names).to_owned()))
}

fn items<Item>(
    list: &dyn Val,
    read: impl Fn(&dyn Val) -> Result<Item, ExecutionError>,
) -> Result<Vec<Item>, ExecutionError> {
    let list = list.as_iterable();
    let list = list.ok_or_else(|| ExecutionError::function_error("colorScale", "not a list"))?;
    let mut iter = list.iter();
    let mut items = vec![];
    while let Some(item) = iter.next() {
        items.push(read(item)?);
    }
    Ok(items)
}
