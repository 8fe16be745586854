;; expect: rejected:compile
(module (func (export
