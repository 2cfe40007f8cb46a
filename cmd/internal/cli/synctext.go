package cli

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"impact/cmd/internal/terminal"
	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// cleanText makes text of files and servers safe to print in one line.
func cleanText(s string) string { return terminal.Line(s) }

// number writes a count with separators: 1,234,567.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// changes writes what is written: "+3 ~1 -0".
func changes(style terminal.Style, c run.Counts) string {
	part := func(mark string, n int64, colour func(string) string) string {
		text := mark + number(n)
		if n == 0 {
			return style.Dim(text)
		}
		return colour(text)
	}
	return part("+", c.Inserted, style.Green) + " " + part("~", c.Updated, style.Yellow) + " " + part("-", c.Deleted, style.Red)
}

func writePlanText(o *SyncPlanOptions, d *delivery, r *run.Report) error {
	var b strings.Builder
	style := o.App.OutStyle()
	byLoad := map[string]*run.LoadReport{}
	for i := range r.Loads {
		byLoad[r.Loads[i].Destination+"/"+r.Loads[i].Load] = &r.Loads[i]
	}
	fmt.Fprintf(&b, "%s %s", style.Bold("Plan"), d.Plan.Hash)
	if d.Env.Name != "" {
		fmt.Fprintf(&b, " · %s", cleanText(d.Env.Name))
	}
	fmt.Fprintf(&b, " · %s\n", plural(len(d.Selected), "load", "loads"))
	for _, g := range d.Plan.Groups {
		fmt.Fprintf(&b, "\n%s", style.Bold(cleanText(g.Destination)))
		if len(g.Loads) > 1 {
			fmt.Fprintf(&b, " · one transaction, in this order")
		}
		b.WriteString("\n")
		for _, l := range g.Loads {
			writePlannedLoad(&b, style, l, byLoad[g.Destination+"/"+l.Name()], d.Plan.Notes)
		}
	}
	for i := range r.Loads {
		if l := &r.Loads[i]; d.Unreachable[l.Destination] != nil && l.Status == run.StatusFailed {
			writeFailure(&b, style, d, l, &rejectFile{})
		}
	}
	if len(d.Plan.Held) > 0 {
		fmt.Fprintf(&b, "\n%s\n", style.Bold("Held back by the gate"))
		for _, h := range d.Plan.Held {
			fmt.Fprintf(&b, "  %s\n", cleanText(h.Load))
			writeReasons(&b, style, "    ", h.Reasons)
		}
	}
	if len(d.GateNotes) > 0 {
		fmt.Fprintf(&b, "\n%s\n", style.Bold("What the gate could not check"))
		for i, n := range d.GateNotes {
			if i == reasonsShown {
				fmt.Fprintf(&b, "  … and %d more\n", len(d.GateNotes)-i)
				break
			}
			fmt.Fprintf(&b, "  %s  %s\n", style.Dim(string(n.ID)), cleanText(n.Message))
		}
	}
	if len(d.External) > 0 {
		fmt.Fprintf(&b, "\n%s\n", style.Bold("Run by another tool"))
		for _, l := range d.External {
			fmt.Fprintf(&b, "  %s → %s\n", cleanText(l.Name), cleanText(l.Target()))
		}
	}
	if len(d.Unchanged) > 0 {
		fmt.Fprintf(&b, "\n%s\n  %s\n", style.Bold("Not built since their last run"), cleanText(strings.Join(d.Unchanged, ", ")))
	}
	b.WriteString("\n" + planEnd(o, d, r) + "\n")
	return writeText(o.App, b.String())
}

// reasonsShown keeps text readable: so many of each kind. JSON has them all.
const reasonsShown = 3

// writeReasons writes the reasons of the gate by kind.
func writeReasons(b *strings.Builder, style terminal.Style, indent string, reasons []plan.Reason) {
	var kinds []plan.ReasonID
	byKind := map[plan.ReasonID][]plan.Reason{}
	for _, r := range reasons {
		if byKind[r.ID] == nil {
			kinds = append(kinds, r.ID)
		}
		byKind[r.ID] = append(byKind[r.ID], r)
	}
	for _, kind := range kinds {
		list := byKind[kind]
		for i, r := range list {
			if i == reasonsShown {
				fmt.Fprintf(b, "%s%s  … and %s\n", indent, style.Yellow(string(kind)), plural(len(list)-i, "more", "more"))
				break
			}
			fmt.Fprintf(b, "%s%s  %s\n", indent, style.Yellow(string(kind)), cleanText(r.Message))
		}
		writeHint(b, style, indent+"  ", list[0].Hint)
	}
}

func writePlannedLoad(b *strings.Builder, style terminal.Style, l *plan.Load, r *run.LoadReport, notes []plan.Note) {
	fmt.Fprintf(b, "  %s → %s  %s", style.Bold(cleanText(l.Name())), cleanText(l.Spec.Table), l.Spec.Mode)
	if l.Spec.Mode == destination.Replace {
		fmt.Fprintf(b, " by %s", l.Method)
	}
	b.WriteString("\n")
	if r != nil && (r.Status == run.StatusCompared || r.Guard != "") {
		fmt.Fprintf(b, "    %s  %s\n", changes(style, r.Counts), style.Dim(fmt.Sprintf("%s rows read, %s in the table, %s unchanged",
			number(r.Counts.Read), number(r.Counts.Owned), number(r.Counts.Unchanged))))
		if r.Counts.Rejected > 0 {
			fmt.Fprintf(b, "    %s\n", style.Yellow(number(r.Counts.Rejected)+" bad rows would be set aside"))
		}
		if len(r.Columns) > 0 {
			fmt.Fprintf(b, "    changed columns: %s\n", changedColumns(r.Columns))
		}
	}
	switch {
	case r == nil || !r.Unread || len(l.Refusals) > 0:
	case l.Method == plan.Insert:
		b.WriteString("    this version of the model was added before: nothing is added again\n")
	case r.Counts.Changed() > 0:
		b.WriteString("    the model is as it was at the last run: only --full, --plan or --approve read it again\n")
	}
	if len(l.Create) > 0 {
		fmt.Fprintf(b, "    %s\n", style.Green("creates the table first:"))
		for line := range strings.SplitSeq(strings.Join(l.Create, ";\n")+";", "\n") {
			fmt.Fprintf(b, "      %s\n", cleanText(line))
		}
	}
	for _, n := range notes {
		if n.Load == l.Name() {
			fmt.Fprintf(b, "    %s  %s\n", style.Dim(n.ID), cleanText(n.Message))
		}
	}
	for _, f := range l.Refusals {
		writeRefusal(b, style, f.ID, f.Message, f.Hint)
	}
	switch {
	case r == nil || len(l.Refusals) > 0:
	case r.Guard != "":
		writeRefusal(b, style, r.Guard, r.Error, r.Hint)
	case r.Status == run.StatusFailed:
		fmt.Fprintf(b, "    %s %s\n", style.Red("failed:"), cleanText(strings.TrimPrefix(r.Error, r.Load+": ")))
		writeHint(b, style, "      ", r.Hint)
	case r.Status == run.StatusSkipped:
		fmt.Fprintf(b, "    %s %s\n", style.Yellow("skipped:"), cleanText(r.Error))
	}
}

func writeRefusal(b *strings.Builder, style terminal.Style, id, message, hint string) {
	fmt.Fprintf(b, "    %s %s\n", style.Red("refused: "+id), cleanText(message))
	writeHint(b, style, "      ", hint)
}

// writeHint writes what helps. DDL in it keeps its lines.
func writeHint(b *strings.Builder, style terminal.Style, indent, hint string) {
	if hint == "" {
		return
	}
	lines := strings.Split(hint, "\n")
	fmt.Fprintf(b, "%s%s %s\n", indent, style.Cyan("hint:"), cleanText(lines[0]))
	for _, line := range lines[1:] {
		fmt.Fprintf(b, "%s  %s\n", indent, cleanText(line))
	}
}

// changedColumns lists columns by how many rows changed in them.
func changedColumns(columns map[string]int64) string {
	names := make([]string, 0, len(columns))
	for name := range columns {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := names[i], names[j]
		if columns[a] != columns[b] {
			return columns[a] > columns[b]
		}
		return a < b
	})
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = cleanText(name) + " " + number(columns[name])
	}
	return strings.Join(parts, ", ")
}

// The guards about the ledger. No approval overrides them.
const (
	guardLedger = "ledger.missing"
	guardEngine = "ledger.engine"
)

// planEnd says what to do next.
func planEnd(o *SyncPlanOptions, d *delivery, r *run.Report) string {
	if len(d.Selected) == 0 {
		return "Nothing is to be loaded."
	}
	if len(d.Plan.Groups) == 0 {
		return "Nothing can be loaded now."
	}
	var total run.Counts
	guards, final, unread := 0, 0, false
	for _, l := range r.Loads {
		total.Inserted += l.Counts.Inserted
		total.Updated += l.Counts.Updated
		total.Deleted += l.Counts.Deleted
		switch l.Guard {
		case "":
		case run.GuardStale, run.GuardTransaction, guardLedger, guardEngine:
			final++
		default:
			guards++
		}
		unread = unread || l.Unread && l.Counts.Changed() > 0
	}
	text := fmt.Sprintf("In all %s rows to add, %s to change, %s to remove.", number(total.Inserted), number(total.Updated), number(total.Deleted))
	switch {
	case len(d.Plan.Refusals) > 0, final > 0:
		return text + " What is refused stays as it is."
	case guards > 0:
		return text + " If that is meant: impact sync run --approve " + d.Plan.Hash
	case o.Output != "":
		return text + " To do exactly this: impact sync run --plan " + o.Output
	case unread:
		return text + " To do it: impact sync run --full"
	}
	return text
}

func writeText(app *App, text string) error {
	if _, err := app.Out().Write([]byte(text)); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}
