// Package loadbench measures the loads of sync/mysql against what a team does by
// hand — the server's own LOAD DATA, TRUNCATE and LOAD DATA, an upsert of all
// rows — and says whether they are as fast as promised, in how much memory:
//
//	go run ./internal/loadbench/cmd/bench-sync --rows 1000000
//
// It starts a private server with the server's own defaults. The rows are those
// of [Columns]: 15 mixed columns, about 266 bytes, a primary key and two
// secondary indexes. Whatever is compared runs in turns, in one run, on one
// server, and the medians are compared: other work on the machine slows down
// both sides. Every load of ours runs in a process of its own, so that its
// memory is what the operating system counts, the program itself included.
package loadbench
