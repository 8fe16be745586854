//! Expressions.

use ruff_python_ast::{self as ast, CmpOp, Expr, UnaryOp};

use super::places::Place;
use super::{Reader, Sure, doubt};

impl<'a> Reader<'a> {
    pub(super) fn expr(&mut self, e: &'a Expr, place: Place<'a>) -> Sure {
        if let Some(depth) = self.table(e) {
            return self.table_in(e, depth, place);
        }
        match e {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => Ok(()),
            Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => Ok(()),
            Expr::Name(name) => self.name(name, place),
            Expr::Attribute(attribute) => self.attribute(attribute, place),
            Expr::Call(call) => self.call(e, call, place),
            Expr::Subscript(item) => {
                self.expr(&item.value, Place::Item)?;
                self.expr(&item.slice, Place::Value)
            }
            Expr::Slice(slice) => {
                self.all([&slice.lower, &slice.upper, &slice.step].into_iter().filter_map(|e| e.as_deref()))
            }
            Expr::Starred(starred) => self.expr(&starred.value, Place::Iterated),
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => self.expr(&unary.operand, Place::Test),
            Expr::UnaryOp(unary) => self.expr(&unary.operand, Place::Value),
            Expr::BinOp(binary) => self.all([&*binary.left, &*binary.right]),
            Expr::BoolOp(e) => e.values.iter().try_for_each(|value| self.expr(value, place)),
            Expr::If(e) => {
                self.expr(&e.test, Place::Test)?;
                self.expr(&e.body, place)?;
                self.expr(&e.orelse, place)
            }
            Expr::Compare(compare) => self.compare(compare),
            Expr::Named(named) => {
                let Expr::Name(target) = &*named.target else { return doubt(e, "an assignment to no name") };
                self.bind(&named.target)?;
                self.expr(&named.value, Place::Bind(&target.id))?;
                self.name(target, place)
            }
            Expr::List(list) => self.all(&list.elts),
            Expr::Tuple(tuple) => self.all(&tuple.elts),
            Expr::Set(set) => self.all(&set.elts),
            Expr::Dict(dict) => dict.items.iter().try_for_each(|item| match &item.key {
                Some(key) => self.all([key, &item.value]),
                None => self.expr(&item.value, Place::Iterated),
            }),
            Expr::ListComp(e) => self.comprehension(&e.generators, [&*e.elt]),
            Expr::SetComp(e) => self.comprehension(&e.generators, [&*e.elt]),
            Expr::DictComp(e) => self.comprehension(&e.generators, [&*e.key, &*e.value]),
            Expr::Generator(generator) => {
                self.made(e, place)?;
                self.comprehension(&generator.generators, [&*generator.elt])
            }
            Expr::Lambda(lambda) => {
                self.made(e, place)?;
                self.lambda(lambda, false)
            }
            Expr::FString(text) => text.value.iter().try_for_each(|part| match part {
                ast::FStringPart::Literal(_) => Ok(()),
                ast::FStringPart::FString(text) => self.interpolated(&text.elements),
            }),
            Expr::Yield(e) => self.all(e.value.as_deref()),
            Expr::YieldFrom(e) => self.expr(&e.value, Place::Iterated),
            _ => doubt(e, "an expression that is not known to keep nothing"),
        }
    }

    /// Values.
    pub(super) fn all(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) -> Sure {
        exprs.into_iter().try_for_each(|e| self.expr(e, Place::Value))
    }

    fn interpolated(&mut self, elements: &'a ast::InterpolatedStringElements) -> Sure {
        elements.iter().try_for_each(|element| match element {
            ast::InterpolatedStringElement::Literal(_) => Ok(()),
            ast::InterpolatedStringElement::Interpolation(field) => {
                self.expr(&field.expression, Place::Value)?;
                field.format_spec.as_deref().map_or(Ok(()), |spec| self.interpolated(&spec.elements))
            }
        })
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare) -> Sure {
        let all = || std::iter::once(&*compare.left).chain(&compare.comparators);
        match &*compare.ops {
            [CmpOp::In | CmpOp::NotIn] => {
                self.expr(&compare.left, Place::Value)?;
                self.expr(&compare.comparators[0], Place::Iterated)
            }
            // Whether two objects are one may depend on what a cache of the library still has.
            ops if ops.iter().any(|op| matches!(op, CmpOp::Is | CmpOp::IsNot)) => {
                if ops.len() > 1 || !all().any(|e| e.is_none_literal_expr() || e.is_boolean_literal_expr()) {
                    return doubt(compare, "`is`");
                }
                all().try_for_each(|e| self.expr(e, Place::Test))
            }
            _ => self.all(all()),
        }
    }

    fn comprehension<const N: usize>(&mut self, loops: &'a [ast::Comprehension], made: [&'a Expr; N]) -> Sure {
        for each in loops {
            if each.is_async {
                return doubt(each, "async");
            }
            self.each(&each.iter, &each.target)?;
            each.ifs.iter().try_for_each(|test| self.expr(test, Place::Test))?;
        }
        self.all(made)
    }

    /// A loop's variables, and what it goes through.
    pub(super) fn each(&mut self, iter: &'a Expr, target: &'a Expr) -> Sure {
        let outer = self.parts.take();
        self.expr(iter, Place::Each)?;
        let parts = std::mem::replace(&mut self.parts, outer);
        match (parts, target) {
            (None, _) => {}
            (Some("groupby"), Expr::Tuple(pair)) if pair.elts.len() == 2 => self.hold(&pair.elts[1])?,
            (Some("finditer"), Expr::Name(_)) => self.hold(target)?,
            _ => return doubt(target, "parts that go to no variable of their own"),
        }
        self.bind(target)
    }

    fn hold(&mut self, target: &'a Expr) -> Sure {
        match target {
            Expr::Name(name) => _ = self.held.insert(&name.id),
            _ => return doubt(target, "parts that go to no variable of their own"),
        }
        Ok(())
    }

    /// `matches`: it is called with a match.
    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda, matches: bool) -> Sure {
        let receiver = self.receiver.take();
        if let Some(parameters) = lambda.parameters.as_deref() {
            self.parameters(parameters, false)?;
            if matches {
                self.held.extend(parameters.iter().map(|parameter| parameter.name().as_str()));
            }
        }
        self.expr(&lambda.body, Place::Value)?;
        self.receiver = receiver;
        Ok(())
    }
}
