// Package sync holds the reverse-ETL loads: it brings each exposure's mart into
// the application table that the exposure's meta.impact block names, after dbt
// has run. The folder has no code of its own, so that nobody needs an alias for
// the standard library's sync; the code lives in its sub-packages:
//
//   - plan orders and checks the loads: gate, groups, pre-flight refusals. It is
//     pure: it opens no connection.
//   - run executes a plan and declares Source and Destination, the two
//     interfaces that adapters implement.
//   - bigquery, files and duckdb are sources; mysql and sqlite destinations;
//     notify tells others what happened. Adapters do not know each other.
//   - synctest is the suite that every adapter passes.
//
// # Promises
//
// What is loaded is what is analysed: both read the same mapping,
// lineage/destination's Load.
//
// A load never harms the application. Keys, foreign keys, AUTO_INCREMENT, rows
// outside of the load's scope, columns that the application owns, and readers
// survive every mode. What would hurt them is refused before anything is
// written, with the reason and the safe alternative.
//
// A run that dies anywhere is finished by the next one: nothing is lost, nothing
// is there twice. A second run right after a first changes no row.
//
// No row value reaches a log or a plan.
//
// # Example
//
// The exposure below keeps the table jobs equal to the model mart_jobs:
//
//	exposures:
//	  - name: job_board_jobs
//	    type: application
//	    owner: {email: job-board@example.com}
//	    depends_on: [ref('mart_jobs')]
//	    meta:
//	      impact:
//	        destination: job_board
//	        table: jobs
//	        mode: mirror
//	        key: [salesforce_id]
//	        columns: {salesforce_id: job_id, title: title}
package sync
