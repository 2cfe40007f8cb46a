package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"

	"impact/cmd/internal/terminal"
)

// bench is a program whose commands record instead of running.
type bench struct {
	app      *App
	root     *cobra.Command
	out, err *bytes.Buffer
	field    *FieldOptions // what the field command was called with
	ran      string        // the other command that ran
	result   error         // what the command returns
}

func setup() *bench {
	b := &bench{out: new(bytes.Buffer), err: new(bytes.Buffer)}
	b.app = &App{
		Streams: terminal.Streams{In: strings.NewReader(""), Out: b.out, Err: b.err},
		Dir:     ".",
		Build:   Build{Version: "v1.2.3", Go: "go1.26.0", Platform: "linux/amd64"},
	}
	b.root = newRootCommand(b.app,
		newFieldCommand(b.app, func(_ context.Context, o *FieldOptions) error {
			b.field = o
			return b.result
		}),
		newGraphCommand(b.app, func(_ context.Context, o *GraphOptions) error {
			b.ran = "graph"
			return b.result
		}),
		newVersionCommand(b.app, nil),
		newCompletionCommand(b.app, nil),
	)
	return b
}

func (b *bench) run(ctx context.Context, args ...string) ExitCode {
	return invoke(ctx, b.app, b.root, args)
}

func TestAnArgumentThatIsNoCommandIsAField(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args  string
		field string // the field asked for, or
		other string // the command that ran, or
		out   string // what the result begins with
		code  ExitCode
	}{
		{args: "JobOffer__c.Salary__c", field: "JobOffer__c.Salary__c"},
		{args: "JobOffer__c.Salary__c --depth 2", field: "JobOffer__c.Salary__c"},
		{args: "--format json JobOffer__c.Salary__c", field: "JobOffer__c.Salary__c"},
		{args: "--format=json JobOffer__c.Salary__c", field: "JobOffer__c.Salary__c"},
		{args: "--upstream mart_jobs.salary", field: "mart_jobs.salary"},
		{args: "--color never --strict JobOffer__c.Salary__c", field: "JobOffer__c.Salary__c"},
		{args: "--manifest graph JobOffer__c.Salary__c", field: "JobOffer__c.Salary__c"},
		{args: "field graph", field: "graph"},
		{args: "field --depth 1 field", field: "field"},
		{args: "--format json field version", field: "version"},
		{args: "-- graph", field: "graph"},
		{args: "--depth 1 -- graph", field: "graph"},
		{args: "graph", other: "graph"},
		{args: "graph --columns", other: "graph"},
		{args: "--color never graph", other: "graph"},
		{args: "--columns graph", other: "graph"},
		{args: "--format dot graph", other: "graph"},
		{args: "--format json version", out: "{"},
		{args: "", out: "impact follows"},
		{args: "--help", out: "impact follows"},
		{args: "-h", out: "impact follows"},
		{args: "--color never --help", out: "impact follows"},
		{args: "help", out: "impact follows"},
		{args: "help field", out: "Say what breaks"},
		{args: "field --help", out: "Say what breaks"},
		{args: "JobOffer__c.Salary__c --help", out: "Say what breaks"},
		{args: "help version", out: "Show which build"},
		{args: "--version", out: "impact v1.2.3"},
		{args: "version", out: "impact v1.2.3"},
		{args: "completion bash", out: "# bash completion"},
		{args: "__complete ver", out: "version\t"},
		{args: "--upstream", code: ExitUsage},
		{args: "--format json", code: ExitUsage},
		{args: "-x JobOffer__c.Salary__c", code: ExitUsage},
		{args: "one two", code: ExitUsage},
		{args: "help nothing", code: ExitUsage},
		{args: "version extra", code: ExitUsage},
	}
	for _, tt := range tests {
		t.Run("impact "+tt.args, func(t *testing.T) {
			t.Parallel()
			b := setup()
			if code := b.run(t.Context(), strings.Fields(tt.args)...); code != tt.code {
				t.Fatalf("exit code: got %d, want %d\n%s", code, tt.code, b.err)
			}
			got := ""
			if b.field != nil {
				got = b.field.Field
			}
			if got != tt.field {
				t.Errorf("field: got %q, want %q", got, tt.field)
			}
			if b.ran != tt.other {
				t.Errorf("other command: got %q, want %q", b.ran, tt.other)
			}
			if !strings.HasPrefix(b.out.String(), tt.out) {
				t.Errorf("stdout does not begin with %q:\n%s", tt.out, b.out)
			}
			if tt.code != ExitOK && b.out.Len() > 0 {
				t.Errorf("an error printed on stdout: %s", b.out)
			}
		})
	}
}

func TestWithoutAFieldCommandAnUnknownWordIsAUsageError(t *testing.T) {
	t.Parallel()
	b := setup()
	b.root = newRootCommand(b.app, newVersionCommand(b.app, nil))
	if code := b.run(t.Context(), "versio"); code != ExitUsage {
		t.Errorf("exit code: got %d, want %d", code, ExitUsage)
	}
	if want := "impact: unknown command \"versio\"\nhint: did you mean 'impact version'?\n"; b.err.String() != want {
		t.Errorf("got %q, want %q", b.err, want)
	}
}

func TestFieldOptionsComeFromFlags(t *testing.T) {
	t.Parallel()
	plain := FieldOptions{Field: "a.b", Format: "text", Lang: "en", FailOn: "none"}
	tests := []struct {
		args string
		want func(*FieldOptions)
	}{
		{"a.b", func(*FieldOptions) {}},
		{"a.b --format markdown --depth 3", func(o *FieldOptions) { o.Format, o.Depth = "markdown", 3 }},
		{"a.b --fail-on break --on-drop fails --strict", func(o *FieldOptions) { o.FailOn, o.OnDrop, o.Strict = "break", "fails", true }},
		{"a.b --upstream", func(o *FieldOptions) { o.Upstream = true }},
		{"--project p --manifest m.json.gz --catalog c.json a.b", func(o *FieldOptions) {
			o.ProjectOptions = ProjectOptions{Project: "p", Manifest: "m.json.gz", Catalog: "c.json"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			b := setup()
			if code := b.run(t.Context(), strings.Fields(tt.args)...); code != ExitOK {
				t.Fatalf("exit code %d: %s", code, b.err)
			}
			want := plain
			tt.want(&want)
			if diff := cmp.Diff(&want, b.field, cmpopts.IgnoreFields(FieldOptions{}, "App")); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUsageErrorsSayWhatToWriteInstead(t *testing.T) {
	t.Parallel()
	tests := []struct{ args, err string }{
		{"a.b --formt json", "impact: unknown flag: --formt\nhint: did you mean --format?\n"},
		{"a.b --zzz", "impact: unknown flag: --zzz\nhint: run 'impact field --help' for the list of flags\n"},
		{"a.b --format xml", "impact: invalid argument \"xml\" for \"--format\" flag: must be one of text, json, markdown\nhint: run 'impact field --help' for the list of flags\n"},
		{"a.b --fail-on brake", "impact: invalid argument \"brake\" for \"--fail-on\" flag: must be one of break, loss, stale, rows, value, note, none; did you mean break?\nhint: run 'impact field --help' for the list of flags\n"},
		{"a.b --depth -1", "impact: --depth -1 is negative\nhint: --depth 0 shows everything\n"},
		{"a.b --upstream --fail-on break", "impact: --upstream has no findings, so --fail-on break cannot apply\n"},
		{"a.b --color blue", "impact: invalid argument \"blue\" for \"--color\" flag: must be one of auto, always, never\nhint: run 'impact field --help' for the list of flags\n"},
		{"completion bsh", "impact: unknown shell \"bsh\"\nhint: did you mean bash?\n"},
		{"help grahp", "impact: unknown command \"grahp\"\nhint: did you mean 'impact graph'?\n"},
		{"--strict", "impact: 'impact field' needs a field\nhint: for example: impact JobOffer__c.Salary__c\n"},
	}
	for _, tt := range tests {
		t.Run("impact "+tt.args, func(t *testing.T) {
			t.Parallel()
			b := setup()
			if code := b.run(t.Context(), strings.Fields(tt.args)...); code != ExitUsage {
				t.Errorf("exit code: got %d, want %d", code, ExitUsage)
			}
			if diff := cmp.Diff(tt.err, b.err.String()); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

// hinted is an error of another package that carries a hint.
type hinted struct{}

func (hinted) Error() string { return "impact.yml:3:5: unknown key \"dbtt\"" }
func (hinted) Hint() string  { return "did you mean dbt?" }

func TestErrorsBecomeExitCodesAndMessages(t *testing.T) {
	t.Parallel()
	cause := errors.New("no such host")
	tests := []struct {
		name string
		err  error
		code ExitCode
		want string
	}{
		{"no error", nil, ExitOK, ""},
		{"findings are already printed", &FindingsError{}, ExitFindings, ""},
		{"a wrapped kind counts", fmt.Errorf("field: %w", &FindingsError{}), ExitFindings, ""},
		{"a refusal", &RefusedError{Err: errors.New("12% of rows would go"), Help: "--approve 1a2b"}, ExitFindings,
			"impact: 12% of rows would go\nhint: --approve 1a2b\n"},
		{"usage with a hint of the cause", &UsageError{Err: hinted{}}, ExitUsage,
			"impact: impact.yml:3:5: unknown key \"dbtt\"\nhint: did you mean dbt?\n"},
		{"an unknown name with candidates", &NameError{Kind: "field", Name: "Job.Pay__c", Candidates: []string{"Job.Pay_Max__c", "Job.Pay_Min__c"}}, ExitName,
			"impact: unknown field \"Job.Pay__c\"; candidates:\n  Job.Pay_Max__c\n  Job.Pay_Min__c\nhint: did you mean Job.Pay_Max__c?\n"},
		{"an ambiguous name", &NameError{Kind: "field", Name: "name", Ambiguous: true, Candidates: []string{"Account.Name", "Contact.Name"}}, ExitName,
			"impact: field \"name\" is ambiguous; candidates:\n  Account.Name\n  Contact.Name\nhint: use one of the names above\n"},
		{"a name without candidates", &NameError{Kind: "exposure", Name: "x"}, ExitName, "impact: unknown exposure \"x\"\n"},
		{"a mistyped command", &NameError{Kind: "field", Name: "grahp", Candidates: []string{"jobs.graph_id"}}, ExitName,
			"impact: unknown field \"grahp\"; candidates:\n  jobs.graph_id\nhint: did you mean the command 'impact graph'?\n"},
		{"environment", &EnvError{Err: cause, Help: "check the DSN"}, ExitEnvironment, "impact: no such host\nhint: check the DSN\n"},
		{"an error that nobody classified", fmt.Errorf("read x: %w", fs.ErrNotExist), ExitEnvironment, "impact: read x: file does not exist\n"},
		{"incomplete", &IncompleteError{Err: errors.New("3 models were not understood")}, ExitIncomplete, "impact: 3 models were not understood\n"},
		{"held", &HeldError{Err: errors.New("2 loads held back")}, ExitHeld, "impact: 2 loads held back\n"},
		{"a cancellation of something else", context.Canceled, ExitEnvironment, "impact: context canceled\n"},
		{"hostile text is escaped", errors.New("bad name \x1b]0;x\a"), ExitEnvironment, "impact: bad name \\x1b]0;x\\x07\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup()
			b.result = tt.err
			if code := b.run(t.Context(), "a.b"); code != tt.code {
				t.Errorf("exit code: got %d, want %d", code, tt.code)
			}
			if diff := cmp.Diff(tt.want, b.err.String()); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

func TestManyCandidatesAreCounted(t *testing.T) {
	t.Parallel()
	err := &NameError{Kind: "field", Name: "x", Candidates: strings.Split(strings.Repeat("y", 13), "")}
	if !strings.HasSuffix(err.Error(), "\n  … and 3 more") {
		t.Errorf("got %q", err)
	}
}

func TestAnInterruptionHasItsOwnCode(t *testing.T) {
	t.Parallel()
	b := setup()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.result = fmt.Errorf("read manifest: %w", ctx.Err())
	if code := b.run(ctx, "a.b"); code != ExitInterrupted {
		t.Errorf("exit code: got %d, want %d", code, ExitInterrupted)
	}
	if want := "impact: interrupted\n"; b.err.String() != want {
		t.Errorf("stderr: got %q, want %q", b.err, want)
	}
}

func TestAPanicIsReportedAsOurBug(t *testing.T) {
	t.Parallel()
	b := setup()
	b.root = newRootCommand(b.app, newFieldCommand(b.app, func(context.Context, *FieldOptions) error {
		panic("index out of range\x1b")
	}))
	if code := b.run(t.Context(), "a.b"); code != ExitBug {
		t.Errorf("exit code: got %d, want %d", code, ExitBug)
	}
	for _, want := range []string{
		"impact: internal error: index out of range\\x1b\n", "Please report it", "  v1.2.3 (",
		"TestAPanicIsReportedAsOurBug", "cli_test.go:",
	} {
		if !strings.Contains(b.err.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, b.err)
		}
	}
}

func TestEveryCommandsHelpListsItsExitCodes(t *testing.T) {
	t.Parallel()
	b := setup()
	for _, cmd := range append(commands(b.app), b.root) {
		if cmd.Annotations[exitsKey] == "" {
			t.Errorf("%s has no exit codes", cmd.Name())
		}
	}
	for _, code := range exitCodes() {
		if strings.HasPrefix(code.Meaning(), "exit code") {
			t.Errorf("%d has no meaning", code)
		}
	}
}

func TestHelpFitsTheTerminalAndIsStyledOnlyThere(t *testing.T) {
	t.Parallel()
	b := setup()
	b.app.Streams.OutTerminal, b.app.Streams.Width = true, 60
	if code := b.run(t.Context(), "field", "--help"); code != ExitOK {
		t.Fatalf("exit code %d: %s", code, b.err)
	}
	if !strings.Contains(b.out.String(), "\x1b[1mEXIT STATUS\x1b[22m") {
		t.Error("headings are not bold on a terminal")
	}
	_, status, _ := strings.Cut(b.out.String(), "EXIT STATUS")
	for line := range strings.SplitSeq(status, "\n") {
		if terminal.Width(line) > 60 {
			t.Errorf("a line of exit codes is too wide: %q", line)
		}
	}

	b = setup()
	b.run(t.Context(), "field", "--help")
	if strings.Contains(b.out.String(), "\x1b") {
		t.Error("help is styled without a terminal")
	}
}
