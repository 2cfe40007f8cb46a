package cputime_test

import (
	"testing"
	"time"

	"impact/internal/cputime"
)

func TestWorkIsCounted(t *testing.T) {
	t.Parallel()
	n := 0
	took := cputime.Of(func() {
		for start := time.Now(); time.Since(start) < 200*time.Millisecond; {
			n++
		}
	})
	if took <= 0 || took > time.Second {
		t.Errorf("%d turns within 200 ms took %v", n, took)
	}
}
