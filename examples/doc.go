// Package examples holds the example projects and embeds what the demo and the
// tests read of them.
//
// MedicalJobs is a company that places doctors and nurses: Salesforce metadata,
// a dbt project with the artifacts of real dbt runs, the loads of two Rails
// applications with their schemas, and the truths about some of its fields
// that were checked by dropping them.
//
//	manifest, err := fs.ReadFile(examples.MedicalJobs(), "dbt/target/manifest.json")
package examples
