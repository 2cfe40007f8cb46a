package run

import (
	"time"
)

// Phase is what a load is doing.
type Phase string

// The phases.
const (
	PhaseCompare Phase = "compare" // reading the model and the table
	PhaseSort    Phase = "sort"
	PhaseApply   Phase = "apply"
	PhaseSwap    Phase = "swap"
	PhaseRetry   Phase = "retry"
	PhaseDone    Phase = "done"
)

// An Event is progress, for a person or a machine. It holds no row value.
type Event struct {
	Time    time.Time `json:"time"`
	Load    string    `json:"load"`
	Phase   Phase     `json:"phase"`
	Rows    int64     `json:"rows,omitempty"`
	Total   int64     `json:"total,omitempty"` // 0 if unknown
	Attempt int       `json:"attempt,omitempty"`
	Status  Status    `json:"status,omitempty"` // of PhaseDone
	Message string    `json:"message,omitempty"`
}

// A Reject is a row that was set aside. It holds the row's key, and no other
// value.
type Reject struct {
	Load   string   `json:"load"`
	Key    []string `json:"key"`
	Column string   `json:"column,omitempty"`
	Code   string   `json:"code"`
	Reason string   `json:"reason"`
}

// Status is how a load ended.
type Status string

// The statuses.
const (
	StatusDone      Status = "done"      // the table is what the model says
	StatusUnchanged Status = "unchanged" // nothing changed since the last run: nothing was read
	StatusRepeated  Status = "repeated"  // this run had delivered it already
	StatusRefused   Status = "refused"   // by the plan or by a guard; nothing was written
	StatusHeld      Status = "held"      // by the gate
	StatusFailed    Status = "failed"    // rolled back
	StatusSkipped   Status = "skipped"   // another load of its group was refused or failed
	StatusCompared  Status = "compared"  // by Compare: nothing was to be written
)

// Counts are numbers of rows.
type Counts struct {
	Read      int64 `json:"read"`  // rows of the model
	Owned     int64 `json:"owned"` // rows of the table before, without those marked as deleted
	Inserted  int64 `json:"inserted"`
	Updated   int64 `json:"updated"`
	Deleted   int64 `json:"deleted"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
	Rechecked int64 `json:"rechecked,omitempty"`
}

// Changed returns the number of rows that were written.
func (c Counts) Changed() int64 { return c.Inserted + c.Updated + c.Deleted }

// A LoadReport is what became of one load.
type LoadReport struct {
	Load        string           `json:"load"`
	Destination string           `json:"destination"`
	Table       string           `json:"table"`
	Mode        string           `json:"mode"`
	Method      string           `json:"method,omitempty"`
	Status      Status           `json:"status"`
	Counts      Counts           `json:"counts"`
	Columns     map[string]int64 `json:"columns,omitempty"` // how many rows changed in each column
	// Unread loads of a comparison are those that a run without Full would not
	// read: model, mapping and table are those of the last run.
	Unread   bool    `json:"unread,omitempty"`
	Guard    string  `json:"guard,omitempty"` // id of the guard that refused it
	Error    string  `json:"error,omitempty"`
	Hint     string  `json:"hint,omitempty"`
	Err      error   `json:"-"`
	Attempts int     `json:"attempts,omitempty"`
	Seconds  float64 `json:"seconds"`
}

// A Report is what became of every load of a plan, in its order.
type Report struct {
	RunID string       `json:"run_id"`
	Plan  string       `json:"plan"` // its hash
	Loads []LoadReport `json:"loads"`
}

// Count returns the number of loads with a status.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Loads {
		if r.Loads[i].Status == s {
			n++
		}
	}
	return n
}
