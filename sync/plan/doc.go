// Package plan says what a sync would do, before anything is touched: which
// loads may run, in which order, by which method, and which are refused.
//
// It is pure: it opens no file and no connection. What it needs to know of the
// outside (the models' columns, the destinations' schemas, dbt's results) is
// given to it, so that every decision can be tested with data alone and the
// same input always gives the same plan and the same hash.
//
// Two decisions are made here:
//
//   - [Gate] decides, for one model, whether what dbt did allows a load: every
//     ancestor succeeded, every test of severity error passed after the last
//     build, nothing is too old, and the SQL that ran is the manifest's.
//   - [Build] groups the loads that foreign keys join, orders them parents
//     first, chooses a method, and refuses what would harm the application. A
//     [Refusal] has a stable id, the reason, and the safe alternative.
//
// A plan is written to a file without any row value. Its hash covers mapping,
// tables and source versions: a plan whose hash no longer agrees is stale.
//
// # Example
//
//	p, err := plan.Build(plan.Input{
//		Loads:   loads,
//		Models:  models,
//		Schemas: map[string]*destination.Schema{"job_board": schema},
//	})
//	if err != nil {
//		return err
//	}
//	for _, r := range p.Refusals {
//		fmt.Println(r.ID, r.Load, r.Message, r.Hint)
//	}
package plan
