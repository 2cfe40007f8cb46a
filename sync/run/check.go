package run

// Health is how serious a [Check] is.
type Health string

// The healths.
const (
	Good    Health = "ok"
	Slow    Health = "slow"    // works, but another way than the fastest
	Caution Health = "caution" // works until something happens
	Broken  Health = "broken"  // a run would fail
)

// A Check is one thing that a destination or source was asked about before a run.
type Check struct {
	ID      string `json:"id"` // stable: "server.local_infile", …
	Health  Health `json:"health"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}
