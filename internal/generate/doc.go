// Package generate makes dbt projects of any size whose lineage is known: layers
// of models from staging to marts, written as people write BigQuery SQL, with
// the truth of every output column and of every use beside them. Tests hold the
// graph to that truth at scale, and benchmarks measure how its cost grows.
//
//	p := generate.New(generate.Options{Models: 1000, Seed: 1})
//	err := p.WriteManifest(w)
//	for _, m := range p.Models { … m.Outputs, m.Uses … }
//
// The same options give the same project, byte for byte. The SQL is valid: every
// name resolves, unambiguously, and types fit.
package generate
