;; expect: rejected:compile not WebAssembly text
(module (func (export
