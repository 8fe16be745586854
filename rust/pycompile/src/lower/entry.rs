//! The candidate's function: how a row comes to it, and how what it returns becomes a label.

use super::code::*;
use super::function::{Instance, Mode};
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, InputType, Local, Ty};
use crate::webs::{FunctionId, ParameterKind};

impl<'a> Lower<'a> {
    /// The instance of the candidate's function: `f`, else the only function that the source defines.
    pub(crate) fn entry_instance(&mut self) -> R<usize> {
        let function = self.entry_function()?;
        let found = self.instances.iter().position(|i| i.mode == Mode::Entry);
        let ty = match self.input {
            InputType::Text => Type::Str,
            InputType::Record => Type::Dict(self.site(u32::MAX, 0)),
            InputType::Ints | InputType::Floats => Type::List(self.site(u32::MAX, 0)),
        };
        if let Some(at) = found {
            return Ok(at);
        }
        let info = self.webs.function(FunctionId(function as u32));
        let required = info
            .parameters
            .iter()
            .filter(|p| p.kind != ParameterKind::Rest && p.kind != ParameterKind::Keywords && !p.has_default);
        let first_positional = info
            .parameters
            .first()
            .is_some_and(|p| matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional));
        if !first_positional || required.count() > 1 {
            return self.decline("the signature of the candidate's function");
        }
        match &ty {
            Type::List(site) => {
                let item = if self.input == InputType::Ints { Type::Int(super::types::STEP) } else { Type::Float };
                self.put_in_site(*site, &item)?;
            }
            Type::Dict(site) => {
                self.key_in_site(*site, &Type::Str)?;
                self.put_in_site(*site, &Type::Any)?;
            }
            _ => {}
        }
        self.changed = true;
        self.instances.push(Instance {
            function,
            mode: Mode::Entry,
            callee: Type::Never,
            params: vec![ty],
            captured: vec![],
            result: Type::Never,
            times: 0,
        });
        Ok(self.instances.len() - 1)
    }

    fn entry_function(&mut self) -> R<usize> {
        let named = self.webs.globals.iter().position(|g| g.name == "f" && !g.definitions.is_empty());
        if let Some(f) = named {
            if !self.webs.globals[f].bound_at_end {
                return self.decline("`f` that may be unbound");
            }
            return match self.globals.get(&(f as u32)).map(|g| g.variable_type().clone()) {
                Some(Type::Function(function)) => Ok(function),
                _ => self.decline("`f` that is not a function of the module"),
            };
        }
        let top: Vec<usize> =
            self.bodies.iter().enumerate().skip(1).filter(|(_, b)| b.top_level).map(|(i, _)| i).collect();
        match top[..] {
            [only] => Ok(only),
            _ => self.decline("no function is named f"),
        }
    }

    /// The row as the candidate's argument.
    pub(crate) fn row_value(&mut self, ty: &Type) -> R<Val> {
        let (row, length) = (get(Local(0)), get(Local(1)));
        Ok(match ty {
            Type::Str => {
                let packed = or(shl(extend(length), i64(32)), extend(row));
                let local = self.temp(packed, Ty::I64);
                Val::new(Type::Str, get(local))
            }
            Type::Dict(_) => {
                let record = self.raw_temp("record_from", vec![row, length], true, Ty::I64);
                Val::new(ty.clone(), record)
            }
            Type::List(site) => {
                let raw = self.is_raw(*site);
                if self.input == InputType::Ints && matches!(self.item_of(*site), Type::Int(_)) {
                    // Items beyond what sums are planned for: the row is CPython's.
                    let fits =
                        self.raw("words_within", vec![row.clone(), length.clone(), i64(super::types::STEP.hi)], false);
                    self.expect(fits);
                }
                let name = match (raw, self.input == InputType::Ints) {
                    (true, _) => "wrap_words",
                    (false, true) => "list_from_i64",
                    (false, false) => "list_from_f64",
                };
                let list = self.raw_temp(name, vec![row, length], false, Ty::I64);
                Val::new(ty.clone(), list)
            }
            _ => Val::never(),
        })
    }

    /// A returned value as a label.
    pub(crate) fn label_word(&mut self, v: Val) -> R<Expr> {
        let v = self.made(v);
        Ok(match &v.ty {
            Type::Int(_) => v.e,
            Type::Bool => extend(v.e),
            Type::Never => i64(0),
            ty if ty.is_static() => {
                self.raw_temp("label_of", vec![i64(i64::from(self.address("rt_none")))], true, Ty::I64)
            }
            Type::Char | Type::Str => {
                let packed = self.packed(v);
                self.raw_temp("label_of_packed", vec![packed], true, Ty::I64)
            }
            _ => {
                let word = self.boxed(v);
                self.raw_temp("label_of", vec![word], true, Ty::I64)
            }
        })
    }
}
