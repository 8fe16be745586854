//! From the flows of all functions to `Webs`: numbers for webs and globals, and whether what a function captures is bound when it runs.

use super::super::graph::Solution;
use super::super::scopes::{Body, ComprehensionScope, FunctionScope, Scopes};
use super::{Flow, Reach, State};
use crate::webs::{
    Comprehension, Declined, Function, FunctionId, Global, GlobalId, Parameter, ParameterKind, Place, Use, Web, WebId,
    Webs,
};
use ruff_python_ast::AnyParameterRef;
use ruff_text_size::TextRange;

/// A function's flow, solved.
struct Solved {
    solution: Solution,
    /// By the solution's web; globals have none.
    id: Vec<Option<WebId>>,
    /// By variable: the one web of a cell or shared variable.
    whole: Vec<Option<WebId>>,
    webs: Vec<Web>,
    loads: Vec<(u32, Reach)>,
    stores: Vec<(u32, Reach)>,
    created: Vec<(usize, u32, State)>,
    calls: Vec<(u32, State)>,
    end: State,
}

pub(super) fn assemble(scopes: &Scopes, flows: Vec<Flow>) -> Result<Webs, Declined> {
    let solved: Vec<Solved> = flows.into_iter().enumerate().map(|(f, flow)| solve(scopes, f, flow)).collect();
    let assembly = Assembly { scopes, solved, globals: globals_of(scopes) };
    let mut webs = Webs { globals: assembly.globals(), ..Webs::default() };
    for (function, solved) in assembly.solved.iter().enumerate() {
        for &(offset, reach) in &solved.loads {
            let found = assembly.load(function, reach);
            if found.maybe_unbound
                && let Place::Local(web) = found.place
                && solved.webs[web.0 as usize].comprehension.is_some()
            {
                return Err(Declined { offset, what: "a comprehension's name before it is bound".to_owned() });
            }
            webs.loads.push((offset, found));
        }
        webs.stores.extend(solved.stores.iter().map(|&(offset, reach)| (offset, assembly.place(function, reach))));
    }
    webs.loads.sort_by_key(|&(offset, _)| offset);
    webs.stores.sort_by_key(|&(offset, _)| offset);
    webs.functions = (0..scopes.functions.len()).map(|f| assembly.function(f, &webs)).collect();
    mark_unbound(&mut webs, &assembly);
    webs.comprehensions = assembly.comprehensions(&webs);
    Ok(webs)
}

/// By variable of the module level: its number among the globals.
fn globals_of(scopes: &Scopes) -> Vec<Option<GlobalId>> {
    let mut count = 0;
    let number = |variable| {
        scopes.is_global(0, variable).then(|| {
            count += 1;
            GlobalId(count - 1)
        })
    };
    (0..scopes.functions[0].variables.len()).map(number).collect()
}

fn solve(scopes: &Scopes, function: usize, flow: Flow) -> Solved {
    let variables = &scopes.functions[function].variables;
    let whole: Vec<bool> = (0..variables.len())
        .map(|v| variables[v].cell || variables[v].shared || scopes.is_global(function, v))
        .collect();
    let solution = flow.graph.solve(&whole);
    let mut webs = Vec::new();
    let mut one: Vec<Option<WebId>> = vec![None; variables.len()];
    let mut make = |variable: usize, definitions, used| {
        let v = &variables[variable];
        webs.push(Web {
            name: v.name.to_owned(),
            definitions,
            used: used || v.cell,
            maybe_unbound: false,
            cell: v.cell,
            nonlocal: v.nonlocal,
            shared: v.shared,
            comprehension: scopes.scopes[v.scope].comprehension.as_ref().map(|c| c.range),
        });
        let id = WebId((webs.len() - 1) as u32);
        one[variable] = Some(id);
        id
    };
    let id = (solution.webs.iter())
        .map(|w| (!scopes.is_global(function, w.variable)).then(|| make(w.variable, w.definitions.clone(), w.used)))
        .collect();
    for (v, variable) in variables.iter().enumerate() {
        // a cell that its own function only declares (`x: int`)
        if variable.cell && !solution.webs.iter().any(|w| w.variable == v) {
            make(v, Vec::new(), true);
        }
    }
    let Flow { loads, stores, created, calls, state: end, .. } = flow;
    Solved { solution, id, whole: one, webs, loads, stores, created, calls, end }
}

struct Assembly<'a, 's> {
    scopes: &'s Scopes<'a>,
    solved: Vec<Solved>,
    globals: Vec<Option<GlobalId>>,
}

impl<'a> Assembly<'a, '_> {
    fn place(&self, function: usize, reach: Reach) -> Place {
        match reach {
            Reach::Builtin => Place::Builtin,
            Reach::Own(node, variable) => {
                let solved = &self.solved[function];
                let web = solved.solution.web[node as usize].and_then(|w| solved.id[w as usize]);
                match web {
                    Some(web) => Place::Local(web),
                    None => self.globals.get(variable).copied().flatten().map_or(Place::Builtin, Place::Global),
                }
            }
            Reach::Other(owner, variable) => match self.solved[owner].whole[variable] {
                Some(web) => Place::Captured(FunctionId(owner as u32), web),
                None => self.globals.get(variable).copied().flatten().map_or(Place::Builtin, Place::Global),
            },
        }
    }

    fn load(&self, function: usize, reach: Reach) -> Use {
        let maybe_unbound = match reach {
            Reach::Builtin => false,
            Reach::Own(node, variable) => {
                let v = &self.scopes.functions[function].variables[variable];
                self.solved[function].solution.unbound[node as usize] || (v.deleted && (v.cell || v.shared))
            }
            Reach::Other(owner, variable) => {
                self.scopes.functions[owner].variables[variable].deleted
                    || self.unbound_inside(function, owner, variable)
            }
        };
        Use { place: self.place(function, reach), maybe_unbound }
    }

    /// May a variable of `owner` be unbound when `function`, which is somewhere in it, runs?
    fn unbound_inside(&self, function: usize, owner: usize, variable: usize) -> bool {
        let mut child = function;
        while self.scopes.functions[child].parent != Some(owner) {
            let Some(parent) = self.scopes.functions[child].parent else { return true };
            child = parent;
        }
        let solved = &self.solved[owner];
        let unbound = |state: &State| solved.solution.unbound[state.nodes[variable] as usize];
        let Some((_, position, state)) = solved.created.iter().find(|(f, ..)| *f == child) else { return true };
        if !self.scopes.is_global(owner, variable) {
            return unbound(state);
        }
        // a global may be bound long after the function is made: it matters what runs until then
        unbound(&solved.end) || solved.calls.iter().any(|(offset, state)| offset >= position && unbound(state))
    }

    fn globals(&self) -> Vec<Global> {
        let module = &self.solved[0];
        let found = self.scopes.functions[0].variables.iter().enumerate().filter(|&(v, _)| self.globals[v].is_some());
        found
            .map(|(v, variable)| Global {
                name: variable.name.to_owned(),
                definitions: module
                    .solution
                    .webs
                    .iter()
                    .filter(|w| w.variable == v)
                    .flat_map(|w| w.definitions.clone())
                    .collect(),
                bound_at_end: !module.solution.unbound[module.end.nodes[v] as usize],
            })
            .collect()
    }

    fn function(&self, function: usize, webs: &Webs) -> Function {
        let scope = &self.scopes.functions[function];
        let captures = scope
            .captures
            .iter()
            .filter_map(|&(owner, variable)| Some((FunctionId(owner as u32), self.solved[owner].whole[variable]?)));
        let nested = (0..self.scopes.functions.len()).filter(|&f| self.scopes.functions[f].parent == Some(function));
        Function {
            name: match scope.body {
                Body::Module(_) => "<module>".to_owned(),
                Body::Def(def) => def.name.to_string(),
                Body::Lambda(_) => "<lambda>".to_owned(),
            },
            offset: scope.range.start().into(),
            parent: scope.parent.map(|p| FunctionId(p as u32)),
            parameters: parameters(scope, webs),
            webs: self.solved[function].webs.clone(),
            captures: captures.collect(),
            nested: nested.map(|f| FunctionId(f as u32)).collect(),
            is_generator: scope.is_generator,
            has_decorators: matches!(scope.body, Body::Def(def) if !def.decorator_list.is_empty()),
            refers_to_itself: scope.refers_to_itself,
        }
    }

    fn comprehensions(&self, webs: &Webs) -> Vec<Comprehension> {
        let with_range =
            self.scopes.scopes.iter().enumerate().filter_map(|(at, s)| Some((at, s, s.comprehension.as_ref()?)));
        with_range
            .map(|(_, scope, comprehension)| Comprehension {
                range: comprehension.range,
                function: FunctionId(scope.function as u32),
                lazy: comprehension.lazy,
                captures: captures_of(webs, FunctionId(scope.function as u32), comprehension),
            })
            .collect()
    }
}

/// The webs from outside that are read or written within a comprehension.
fn captures_of(webs: &Webs, function: FunctionId, comprehension: &ComprehensionScope) -> Vec<WebId> {
    let inside =
        |offset: u32| comprehension.range.contains(offset.into()) && !comprehension.first.contains(offset.into());
    let loads = webs.loads.iter().map(|&(offset, u)| (offset, u.place));
    let mut found: Vec<WebId> = loads
        .chain(webs.stores.iter().copied())
        .filter(|&(offset, _)| inside(offset))
        .filter_map(|(_, place)| match place {
            Place::Local(web) => Some(web),
            Place::Captured(owner, web) if owner == function => Some(web),
            _ => None,
        })
        .filter(|&web| {
            let within = |range: TextRange| comprehension.range.contains_range(range);
            (webs.functions[function.0 as usize].webs.get(web.0 as usize))
                .is_some_and(|w| !w.comprehension.is_some_and(within))
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn parameters(scope: &FunctionScope, webs: &Webs) -> Vec<Parameter> {
    let Some(parameters) = scope.parameters() else { return Vec::new() };
    let positional_only = parameters.posonlyargs.len();
    let positional = positional_only + parameters.args.len();
    let made = parameters.iter_source_order().enumerate().filter_map(|(at, parameter)| {
        let offset = parameter.name().range.start().into();
        let (kind, has_default) = match parameter {
            AnyParameterRef::NonVariadic(p) if at < positional_only => {
                (ParameterKind::PositionalOnly, p.default.is_some())
            }
            AnyParameterRef::NonVariadic(p) if at < positional => (ParameterKind::Positional, p.default.is_some()),
            AnyParameterRef::NonVariadic(p) => (ParameterKind::KeywordOnly, p.default.is_some()),
            AnyParameterRef::Variadic(p) => {
                let rest = parameters.vararg.as_ref().is_some_and(|v| v.range == p.range);
                (if rest { ParameterKind::Rest } else { ParameterKind::Keywords }, false)
            }
        };
        let Some(Place::Local(web)) = webs.store(offset) else { return None };
        Some(Parameter { name: parameter.name().to_string(), offset, kind, has_default, web })
    });
    made.collect()
}

fn mark_unbound(webs: &mut Webs, assembly: &Assembly) {
    for (function, solved) in assembly.solved.iter().enumerate() {
        for &(_, reach) in &solved.loads {
            if let Use { place: Place::Local(web), maybe_unbound: true } = assembly.load(function, reach) {
                webs.functions[function].webs[web.0 as usize].maybe_unbound = true;
            }
        }
    }
}
