package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"impact/cmd/internal/terminal"
)

// helpWidth is the width of help without a terminal, and the most on one.
const helpWidth = 80

// newHelpCommand returns "impact help [command]".
func newHelpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:         "help [command]",
		Short:       "Show help for a command",
		GroupID:     groupOther,
		Annotations: exits(ExitOK, ExitUsage),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return visibleNames(root), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil {
				return err // a usage error: the root's own check of arguments
			}
			if len(rest) > 0 {
				return noCommand(root, rest)
			}
			return cmd.Help()
		},
	}
}

// exitsKey is the annotation that holds a command's exit codes.
const exitsKey = "exit-codes"

// exits annotates a command with the codes that its help lists.
func exits(codes ...ExitCode) map[string]string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = strconv.Itoa(int(code))
	}
	return map[string]string{exitsKey: strings.Join(words, " ")}
}

// printHelp writes a command's help to the result stream: it was asked for.
func printHelp(app *App, cmd *cobra.Command) {
	page := helpPage{
		out:   app.Out(),
		style: app.OutStyle(),
		width: min(app.Streams.WidthOr(helpWidth), helpWidth),
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	for _, line := range terminal.Wrap(text, page.width) {
		fmt.Fprintln(page.out, line)
	}

	page.heading("USAGE")
	use := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		use = cmd.CommandPath() + " <command> [flags]"
		if child(cmd, defaultCommand) != nil {
			fmt.Fprintf(page.out, "  %s <field> [flags]\n", cmd.CommandPath())
		}
	}
	fmt.Fprintf(page.out, "  %s\n", use)

	for _, group := range cmd.Groups() {
		page.commands(group.Title, slices.DeleteFunc(slices.Clone(cmd.Commands()), func(c *cobra.Command) bool {
			return c.GroupID != group.ID || c.Hidden
		}))
	}
	page.commands("COMMANDS", slices.DeleteFunc(slices.Clone(cmd.Commands()), func(c *cobra.Command) bool {
		return c.GroupID != "" || c.Hidden
	}))
	if cmd.Example != "" {
		page.heading("EXAMPLES")
		fmt.Fprintln(page.out, strings.TrimRight(cmd.Example, "\n"))
	}
	page.flags("FLAGS", cmd.LocalFlags())
	page.flags("GLOBAL FLAGS", cmd.InheritedFlags())
	page.exitStatus(cmd.Annotations)
}

type helpPage struct {
	out   io.Writer
	style terminal.Style
	width int
}

func (p helpPage) heading(title string) {
	fmt.Fprintf(p.out, "\n%s\n", p.style.Bold(title))
}

func (p helpPage) commands(title string, commands []*cobra.Command) {
	if len(commands) == 0 {
		return
	}
	p.heading(title)
	column := 0
	for _, cmd := range commands {
		column = max(column, terminal.Width(cmd.Name()))
	}
	for _, cmd := range commands {
		p.row(cmd.Name(), column, cmd.Short)
	}
}

func (p helpPage) flags(title string, flags *pflag.FlagSet) {
	if usages := flags.FlagUsagesWrapped(p.width); usages != "" {
		p.heading(title)
		fmt.Fprint(p.out, usages)
	}
}

func (p helpPage) exitStatus(notes map[string]string) {
	codes := notes[exitsKey]
	if codes == "" {
		return
	}
	p.heading("EXIT STATUS")
	for _, code := range exitCodes() {
		if word := strconv.Itoa(int(code)); slices.Contains(strings.Fields(codes), word) {
			text := notes[meansKey(code)]
			if text == "" {
				text = code.Meaning()
			}
			p.row(word, 3, text)
		}
	}
}

// row writes a term and its text, which wraps beside the term's column.
func (p helpPage) row(term string, column int, text string) {
	for i, line := range terminal.Wrap(text, p.width-column-4) {
		if i > 0 {
			term = ""
		}
		fmt.Fprintf(p.out, "  %s  %s\n", terminal.Pad(term, column), line)
	}
}
