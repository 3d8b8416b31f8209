// Package bench measures the program as its users meet it: through its own HTTP API, in a process of its own, with
// durable writes, beside the bare engine on the same machine in the same run. `yichuang bench` prints what it finds as
// one JSON object; docs/performance.md keeps the figures.
package bench
