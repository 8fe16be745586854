//! `re` with constant patterns: compiled here to a program that the runtime's matcher runs.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Ty};

/// Flags of `re`, by either name.
pub(crate) fn flag(name: &str) -> Option<u32> {
    Some(match name {
        "IGNORECASE" | "I" => 2,
        "MULTILINE" | "M" => 8,
        "DOTALL" | "S" => 16,
        "UNICODE" | "U" => 32,
        "VERBOSE" | "X" => 64,
        "ASCII" | "A" => 256,
        "NOFLAG" => 0,
        _ => return None,
    })
}

impl<'a> Lower<'a> {
    /// The number of a pattern's program.
    fn pattern(&mut self, e: &'a Ast, flags: Option<&'a Ast>) -> R<usize> {
        let v = self.expr(e)?;
        let Some(text) = v.text().cloned() else {
            return self.decline("a pattern that is not constant");
        };
        let flags = match flags {
            Some(e) => {
                let v = self.expr(e)?;
                match v.constant().and_then(|v| u32::try_from(v).ok()) {
                    Some(flags) => flags,
                    None => return self.decline("flags that are not constant"),
                }
            }
            None => 0,
        };
        let key = (text.to_vec(), flags);
        if let Some(at) = self.pattern_at.get(&key) {
            return Ok(*at);
        }
        let pattern = String::from_utf8_lossy(&text).into_owned();
        match crate::regex::compile(&pattern, flags) {
            Ok(program) => {
                self.patterns.push(program);
                self.pattern_at.insert(key, self.patterns.len() - 1);
                Ok(self.patterns.len() - 1)
            }
            Err(reason) => self.decline(format!("the pattern {pattern:?}: {reason}")),
        }
    }

    pub(crate) fn compiled_pattern(&mut self, call: &'a ast::ExprCall) -> R<Option<String>> {
        let (pattern, flags) = match &call.arguments.args[..] {
            [pattern] => (pattern, Self::keyword(call, "flags")),
            [pattern, flags] => (pattern, Some(flags)),
            _ => return Ok(None),
        };
        let number = self.pattern(pattern, flags)?;
        Ok(Some(format!("re.Pattern:{number}")))
    }

    /// re.search(pattern, ...) and the like.
    pub(crate) fn re_call(&mut self, name: &str, call: &'a ast::ExprCall) -> R<Val> {
        let name = name.trim_start_matches("re.");
        if name == "compile" {
            return match self.compiled_pattern(call)? {
                Some(name) => Ok(Val::known(name)),
                None => self.decline("re.compile with these arguments"),
            };
        }
        let Some((pattern, rest)) = call.arguments.args.split_first() else {
            return self.decline(format!("re.{name} with these arguments"));
        };
        let mut rest: Vec<&'a Ast> = rest.iter().collect();
        let wanted = match name {
            "sub" | "subn" => 2,
            _ => 1,
        };
        let mut flags = Self::keyword(call, "flags");
        let limited = ["sub", "subn", "split"].contains(&name);
        // The last one behind the text, and behind the count where there may be one, are the flags.
        if rest.len() > wanted + usize::from(limited) && flags.is_none() {
            flags = rest.pop();
        }
        let number = self.pattern(pattern, flags)?;
        self.run_pattern(number, name, rest, call)
    }

    /// A method of a compiled pattern.
    pub(crate) fn pattern_call(&mut self, name: &str, call: &'a ast::ExprCall) -> R<Val> {
        let Some((number, method)) = name.split_once('.') else { return self.decline("a pattern that is called") };
        let Ok(number) = number.parse::<usize>() else { return self.decline("this pattern") };
        let rest = call.arguments.args.iter().collect();
        self.run_pattern(number, method, rest, call)
    }

    fn run_pattern(&mut self, number: usize, method: &str, args: Vec<&'a Ast>, call: &'a ast::ExprCall) -> R<Val> {
        let mut args = args;
        for keyword in &call.arguments.keywords {
            match keyword.arg.as_deref() {
                Some("flags") => {}
                Some("count" | "maxsplit" | "string" | "repl") => args.push(&keyword.value),
                _ => return self.decline("these keywords for a pattern"),
            }
        }
        let program = self.program_of(number);
        let groups = self.patterns[number].groups;
        self.offset = start(call);
        match (method, &args[..]) {
            ("search" | "match" | "fullmatch", [text]) => {
                let text = self.subject(text)?;
                let e =
                    self.raw_temp(&format!("re_{method}"), vec![program, text, i64(0), i64(i64::MAX)], true, Ty::I64);
                Ok(Val { ty: Type::Any, e, more: super::value::More::Nothing })
            }
            ("search" | "match", [text, at]) => {
                let text = self.subject(text)?;
                let at = self.expr(at)?;
                let Some((at, _)) = self.word_of(&at) else { return self.decline("a position for a pattern") };
                let e = self.raw_temp(&format!("re_{method}"), vec![program, text, at, i64(i64::MAX)], true, Ty::I64);
                Ok(Val::any(e))
            }
            ("findall", [text]) => {
                let text = self.subject(text)?;
                let e = self.raw_temp("re_findall", vec![program, text], true, Ty::I64);
                let item = match groups {
                    0 | 1 => Type::Str,
                    n => Type::Tuple(vec![Type::Str; n as usize]),
                };
                let site = self.boxed_site(self.offset, 9, &item)?;
                Ok(Val::new(Type::List(site), e))
            }
            ("finditer", [text]) => {
                let text = self.subject(text)?;
                let e = self.raw_temp("re_finditer", vec![program, text], true, Ty::I64);
                Ok(Val::new(Type::Object("matches"), e))
            }
            ("split", [text, rest @ ..]) if rest.len() < 2 => {
                let text = self.subject(text)?;
                let limit = self.limit(rest)?;
                let e = self.raw_temp("re_split", vec![program, text, limit], true, Ty::I64);
                let item = if groups == 0 { Type::Str } else { Type::MaybeStr };
                let site = self.boxed_site(self.offset, 11, &item)?;
                Ok(Val::new(Type::List(site), e))
            }
            ("sub", [by, text, rest @ ..]) if rest.len() < 2 => {
                let by = self.expr(by)?;
                let Some(by) = by.text().cloned() else { return self.decline("a replacement that is not constant") };
                let by = String::from_utf8_lossy(&by).into_owned();
                let template = match crate::regex::template(&by, &self.patterns[number]) {
                    Ok(template) => template,
                    Err(reason) => return self.decline(format!("the replacement {by:?}: {reason}")),
                };
                let text = self.subject(text)?;
                let limit = self.limit(rest)?;
                let template = Expr::Data(self.data(&template));
                let e = self.raw_temp("re_sub", vec![program, text, template, limit], true, Ty::I64);
                let v = self.unboxed(e, &Type::Str);
                Ok(self.hold(v))
            }
            _ => self.decline(format!("re: {method} with these arguments")),
        }
    }

    fn program_of(&mut self, number: usize) -> Expr {
        let bytes = self.patterns[number].bytes.clone();
        Expr::Data(self.data(&bytes))
    }

    fn subject(&mut self, e: &'a Ast) -> R<Expr> {
        let v = self.expr(e)?;
        if v.ty == Type::Never {
            return Ok(i64(0));
        }
        if !v.ty.is_text() {
            return self.decline("a pattern on what may not be a string");
        }
        let s = self.packed(v);
        Ok(if is_simple(&s) { s } else { get(self.temp(s, Ty::I64)) })
    }

    fn limit(&mut self, rest: &[&'a Ast]) -> R<Expr> {
        match rest {
            [e] => {
                let v = self.expr(e)?;
                match self.word_of(&v) {
                    Some((e, _)) => Ok(e),
                    None => self.decline("a count for a pattern"),
                }
            }
            _ => Ok(i64(0)),
        }
    }

    /// re.search(...) of which only the truth is wanted, len(re.findall(...)): without the objects.
    pub(crate) fn re_shortcut(&mut self, outer: &str, call: &'a ast::ExprCall) -> R<Option<Val>> {
        let Some(name) = self.known_callee(&call.func)? else { return Ok(None) };
        if !call.arguments.keywords.is_empty() {
            return Ok(None);
        }
        let (number, method, text) = if let Some(rest) = name.strip_prefix("re.Pattern:") {
            match (rest.split_once('.'), &call.arguments.args[..]) {
                (Some((number, method)), [text]) => (number.parse().unwrap_or(usize::MAX), method.to_owned(), text),
                _ => return Ok(None),
            }
        } else if let Some(method) = name.strip_prefix("re.") {
            match &call.arguments.args[..] {
                [pattern, text] if method != "compile" && method != "escape" => {
                    (self.pattern(pattern, None)?, method.to_owned(), text)
                }
                _ => return Ok(None),
            }
        } else {
            return Ok(None);
        };
        let how = match (outer, method.as_str()) {
            ("bool", "search") => 0,
            ("bool", "match") => 1,
            ("bool", "fullmatch") => 2,
            ("len", "findall") => 3,
            ("bool", "findall") => 0,
            _ => return Ok(None),
        };
        let text = self.subject(text)?;
        let program = self.program_of(number);
        if how == 3 {
            let e = self.raw_temp("re_count", vec![program, text], true, Ty::I32);
            return Ok(Some(Val::index(extend(e))));
        }
        let e = self.raw_temp("re_test", vec![program, text, i32(how)], true, Ty::I32);
        Ok(Some(Val::bool(e)))
    }
}
