package cli

import (
	"context"
	"errors"
	"fmt"

	"impact/sync/run"
)

// outcome turns a report into the exit code of docs/sync.md: what failed after
// something else succeeded weighs most, then what was refused, then what could
// not be reached, then what the gate holds back. The loads themselves have been
// printed.
func outcome(r *run.Report) error {
	var good, refused, failed, held int
	data := false // a load failed because of its rows, not because of its surroundings
	for i := range r.Loads {
		l := &r.Loads[i]
		switch l.Status {
		case run.StatusDone, run.StatusUnchanged, run.StatusRepeated, run.StatusCompared:
			good++
		case run.StatusRefused:
			refused++
		case run.StatusFailed:
			if errors.Is(l.Err, context.Canceled) {
				return context.Canceled
			}
			failed++
			data = data || isData(l.Err)
		case run.StatusHeld:
			held++
		}
	}
	total := len(r.Loads)
	switch {
	case failed > 0 && good > 0:
		return &IncompleteError{Err: fmt.Errorf("%d of %d loads failed", failed, total)}
	case refused > 0:
		return &RefusedError{Err: fmt.Errorf("%d of %d loads refused", refused, total)}
	case failed > 0 && data:
		return &RefusedError{Err: fmt.Errorf("%d of %d loads failed", failed, total)}
	case failed > 0:
		return &EnvError{Err: fmt.Errorf("%d of %d loads failed", failed, total)}
	case held > 0:
		return &HeldError{Err: fmt.Errorf("the gate holds back %d of %d loads", held, total)}
	}
	return nil
}

// isData reports whether an error is about rows.
func isData(err error) bool {
	bad, incomplete := (*run.BadRowsError)(nil), (*run.IncompleteError)(nil)
	return errors.As(err, &bad) || errors.As(err, &incomplete)
}
