package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// A message names so many loads at most.
const maxListed = 20

// A hookBody is what web hooks get that are not Slack's.
type hookBody struct {
	Event       string     `json:"event"`
	RunID       string     `json:"run_id"`
	Environment string     `json:"environment,omitempty"`
	FinishedAt  time.Time  `json:"finished_at"`
	Loads       []hookLoad `json:"loads"`
	Text        string     `json:"text"`
}

type hookLoad struct {
	Load        string `json:"load"`
	Destination string `json:"destination"`
	Table       string `json:"table"`
	Status      string `json:"status"`
	Error       string `json:"error,omitempty"`
	Hint        string `json:"hint,omitempty"`
}

// message tells of loads that did not get through, if there are any.
func (n *Notifier) message(ctx context.Context, r *Run) error {
	if n.hook == nil {
		return nil
	}
	var bad []*Load
	for i := range r.Loads {
		if !r.Loads[i].ok() {
			bad = append(bad, &r.Loads[i])
		}
	}
	if len(bad) == 0 {
		return nil
	}
	var body any
	if n.slack {
		body = map[string]string{"text": text(r, bad, escapeSlack)}
	} else {
		h := hookBody{Event: "sync.failed", RunID: r.ID, Environment: r.Environment, FinishedAt: r.Finished.UTC(), Text: text(r, bad, plainLine)}
		for _, l := range bad {
			h.Loads = append(h.Loads, hookLoad{Load: l.Report.Load, Destination: l.Report.Destination, Table: l.Report.Table, Status: string(l.Report.Status), Error: cut(l.Report.Error, 4000), Hint: cut(l.Report.Hint, 4000)})
		}
		body = h
	}
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write message: %w", err)
	}
	return n.sender.send(ctx, request{what: "send message", method: http.MethodPost, url: n.hook, kind: "application/json", body: data})
}

// text is the message for a person.
func text(r *Run, bad []*Load, escape func(string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "impact sync: %d of %d loads did not get through", len(bad), len(r.Loads))
	if r.Environment != "" {
		fmt.Fprintf(&b, " (%s)", escape(r.Environment))
	}
	for i, l := range bad {
		if i == maxListed {
			fmt.Fprintf(&b, "\n… and %d more", len(bad)-i)
			break
		}
		fmt.Fprintf(&b, "\n• %s → %s: %s", escape(l.Report.Load), escape(l.Report.Table), escape(string(l.Report.Status)))
		if l.Report.Error != "" {
			fmt.Fprintf(&b, ": %s", escape(cut(l.Report.Error, 300)))
		}
	}
	fmt.Fprintf(&b, "\nrun %s", escape(r.ID))
	return b.String()
}

// plainLine keeps a name or an error on its line.
func plainLine(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// escapeSlack keeps a text from being taken for links, mentions of people or
// markup.
func escapeSlack(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'").Replace(plainLine(text))
}
