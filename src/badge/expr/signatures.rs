//! What functions and operators take and give.
//!
//! In: names. Out: [`Signature`]s: those of CEL's standard library and its extensions for strings,
//! numbers and optional values, and ours. Format: the language definition of CEL and the
//! documentation of its extensions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::types::Type;

/// One way to call a function.
pub(super) struct Signature {
    /// Of a member function, the target comes first.
    pub(super) parameters: Vec<Type>,
    pub(super) result: Type,
}

/// The ways to call a function; members begin with a point.
pub(super) fn of(name: &str) -> Option<&'static [Signature]> {
    let same = match name {
        "_<=_" | "_>_" | "_>=_" => "_<_",
        "math.@min" => "math.@max",
        other => other,
    };
    ALL.get(same).map(Vec::as_slice)
}

static ALL: LazyLock<BTreeMap<&str, Vec<Signature>>> = LazyLock::new(|| {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let (call, result) = line.split_once(" -> ").expect("bug: a signature has a result");
        let mut words = call.split_whitespace();
        let name = words.next().expect("bug: a signature has a name");
        let signature =
            Signature { parameters: words.map(Type::parse).collect(), result: Type::parse(result) };
        all.entry(name).or_default().push(signature);
    }
    all
});

/// Name, parameters and result, one a line.
const TABLE: &str = "
_?_:_ bool A A -> A
_&&_ bool bool -> bool
_||_ bool bool -> bool
!_ bool -> bool
@not_strictly_false bool -> bool
_==_ A A -> bool
_!=_ A A -> bool
_<_ bool bool -> bool
_<_ string string -> bool
_<_ bytes bytes -> bool
_<_ double double -> bool
_<_ double int -> bool
_<_ double uint -> bool
_<_ int int -> bool
_<_ int double -> bool
_<_ int uint -> bool
_<_ uint uint -> bool
_<_ uint double -> bool
_<_ uint int -> bool
_+_ int int -> int
_+_ uint uint -> uint
_+_ double double -> double
_+_ string string -> string
_+_ bytes bytes -> bytes
_+_ list(A) list(A) -> list(A)
_-_ int int -> int
_-_ uint uint -> uint
_-_ double double -> double
_*_ int int -> int
_*_ uint uint -> uint
_*_ double double -> double
_/_ int int -> int
_/_ uint uint -> uint
_/_ double double -> double
_%_ int int -> int
_%_ uint uint -> uint
-_ int -> int
-_ double -> double
@in A list(A) -> bool
@in A map(A,B) -> bool
_[_] list(A) int -> A
_[_] map(A,B) A -> B
_[_] optional(list(A)) int -> optional(A)
_[_] optional(map(A,B)) A -> optional(B)
_[?_] list(A) int -> optional(A)
_[?_] map(A,B) A -> optional(B)
_[?_] optional(list(A)) int -> optional(A)
_[?_] optional(map(A,B)) A -> optional(B)
_?._ map(string,A) string -> optional(A)
_?._ optional(map(string,A)) string -> optional(A)

bool bool -> bool
bool string -> bool
bytes bytes -> bytes
bytes string -> bytes
double double -> double
double int -> double
double uint -> double
double string -> double
int int -> int
int uint -> int
int double -> int
int string -> int
uint uint -> uint
uint int -> uint
uint double -> uint
uint string -> uint
string string -> string
string bool -> string
string int -> string
string uint -> string
string double -> string
string bytes -> string
type A -> type
dyn A -> dyn
size string -> int
size bytes -> int
size list(A) -> int
size map(A,B) -> int
.size string -> int
.size bytes -> int
.size list(A) -> int
.size map(A,B) -> int
matches string string -> bool
.matches string string -> bool
.contains string string -> bool
.endsWith string string -> bool
.startsWith string string -> bool

optional.of A -> optional(A)
optional.ofNonZeroValue A -> optional(A)
optional.none -> optional(A)
.hasValue optional(A) -> bool
.value optional(A) -> A
.or optional(A) optional(A) -> optional(A)
.orValue optional(A) A -> A

.charAt string int -> string
.indexOf string string -> int
.indexOf string string int -> int
.lastIndexOf string string -> int
.lastIndexOf string string int -> int
.join list(string) -> string
.join list(string) string -> string
.lowerAscii string -> string
.upperAscii string -> string
.trim string -> string
.reverse string -> string
.replace string string string -> string
.replace string string string int -> string
.split string string -> list(string)
.split string string int -> list(string)
.substring string int -> string
.substring string int int -> string
.format string list(dyn) -> string
strings.quote string -> string

math.ceil double -> double
math.floor double -> double
math.round double -> double
math.trunc double -> double
math.isInf double -> bool
math.isNaN double -> bool
math.isFinite double -> bool
math.abs double -> double
math.abs int -> int
math.abs uint -> uint
math.sign double -> double
math.sign int -> int
math.sign uint -> uint
math.sqrt double -> double
math.sqrt int -> double
math.sqrt uint -> double
math.bitAnd int int -> int
math.bitAnd uint uint -> uint
math.bitOr int int -> int
math.bitOr uint uint -> uint
math.bitXor int int -> int
math.bitXor uint uint -> uint
math.bitNot int -> int
math.bitNot uint -> uint
math.bitShiftLeft int int -> int
math.bitShiftLeft uint int -> uint
math.bitShiftRight int int -> int
math.bitShiftRight uint int -> uint
math.@max double -> double
math.@max int -> int
math.@max uint -> uint
math.@max double double -> double
math.@max int int -> int
math.@max uint uint -> uint
math.@max int uint -> dyn
math.@max int double -> dyn
math.@max double int -> dyn
math.@max double uint -> dyn
math.@max uint int -> dyn
math.@max uint double -> dyn
math.@max list(double) -> double
math.@max list(int) -> int
math.@max list(uint) -> uint

humanize double -> string
humanizeBytes double -> string
humanizeCommas double -> string
humanizeFloat double -> string
humanizeDuration double -> string
humanizeDurationDays double -> string
colorScale double list(double) list(string) -> string
";
