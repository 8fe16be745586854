//! The intermediate representation: typed expression trees under structured control flow, one step above WebAssembly.
//!
//! Python's meaning is spelt out here (checks, boxes, conversions); what is left to `emit` is a walk. An expression is
//! evaluated left to right, like WebAssembly's operand stack. `print` writes it as text.

use wasm_encoder::Instruction;

/// The machine types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    I32,
    I64,
    F64,
}

/// A local variable of the function at hand; parameters come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Local(pub u32);

/// A global variable of the module: a Python variable of the module level, or a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Global(pub u32);

/// What `Break` names: every block and loop has its own number in its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(pub u32);

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// A function of the runtime, by its number in the registry.
    Runtime(usize),
    /// A function of this module, by its place in `Module::functions`.
    Function(usize),
}

/// An expression: one value of machine type `Ty`, or none.
#[derive(Clone, Debug)]
pub enum Expr {
    I32(i32),
    I64(i64),
    F64(f64),
    /// The address of constant bytes: an offset into `Module::data`, placed by the emitter. As i32.
    Data(u32),
    /// A constant string as one word: length << 32 | address of `Module::data` at the offset. As i64.
    Packed(u32, u32),
    Get(Local),
    Global(Global),
    /// Sets a local and gives its value.
    Tee(Local, Box<Expr>),
    /// Any instruction without control flow, on its operands: arithmetic, loads, stores, conversions, select.
    Op(Instruction<'static>, Vec<Expr>),
    /// A call; `fallible`: the caller's handler is entered if the callee left an error.
    Call {
        callee: Callee,
        args: Vec<Expr>,
        fallible: bool,
    },
    /// Both branches give a value of `ty`.
    If {
        ty: Ty,
        cond: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// Statements, then a value.
    Do(Vec<Stmt>, Box<Expr>),
    /// Never gives its value: for a branch that raises, where one of `ty` is expected.
    Never(Ty, Vec<Stmt>),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    Set(Local, Expr),
    SetGlobal(Global, Expr),
    /// Evaluates and drops the value, if there is one (an `Op` that stores has none; see `emit::gives`).
    Eval(Expr),
    If {
        cond: Expr,
        then: Vec<Stmt>,
        otherwise: Vec<Stmt>,
    },
    /// `Break(label)` leaves it.
    Block {
        label: Label,
        body: Vec<Stmt>,
    },
    /// `Break(label)` starts the body again; the end of the body leaves it.
    Loop {
        label: Label,
        body: Vec<Stmt>,
    },
    Break(Label),
    BreakIf(Label, Expr),
    /// Runs `body`; an error in it (a `Fail`, or a fallible call) enters `handler` with `rt.error` set.
    Try {
        body: Vec<Stmt>,
        handler: Vec<Stmt>,
    },
    Return(Expr),
    /// Sets `rt.error` to a number and enters the handler: the nearest `Try`'s, else the function returns a zero.
    Fail(i32),
    /// Enters the handler with whatever error is set.
    Rethrow,
}

/// A function. Every function returns one value.
#[derive(Clone, Debug)]
pub struct Function {
    /// For people: the Python name and what it is specialised on.
    pub name: String,
    pub params: u32,
    /// Types of all locals, parameters first.
    pub locals: Vec<Ty>,
    /// For people: the names of the locals, where they have one.
    pub names: Vec<String>,
    pub result: Ty,
    /// Falling off the end is not possible: the last statement leaves.
    pub body: Vec<Stmt>,
}

/// How rows come to the entry function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputType {
    /// Bytes, one a character.
    Text,
    /// int64.
    Ints,
    /// double.
    Floats,
    /// A dict in marshal format.
    Record,
}

/// A whole candidate.
#[derive(Clone, Debug)]
pub struct Module {
    pub input: InputType,
    pub functions: Vec<Function>,
    /// Types of the globals, with their first values (0).
    pub globals: Vec<Ty>,
    /// Runs the module level, without parameters; the value is meaningless.
    pub init: usize,
    /// (address: i32, length: i32) -> i64: the label of one row, or `rt.error`.
    pub entry: usize,
    /// Globals that are set to 0 before every row: caches that must not outlive it.
    pub reset: Vec<Global>,
    /// Constant bytes.
    pub data: Vec<u8>,
}
