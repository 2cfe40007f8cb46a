package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"impact/internal/spelling"
)

// CompletionOptions are the options of "impact completion".
type CompletionOptions struct {
	App   *App
	Root  *cobra.Command
	Shell string
}

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func newCompletionCommand(app *App, runF func(context.Context, *CompletionOptions) error) *cobra.Command {
	options := &CompletionOptions{App: app}
	if runF == nil {
		runF = runCompletion
	}
	return &cobra.Command{
		Use:   "completion <shell>",
		Short: "Print a script that completes commands and flags in a shell",
		Long: "Print a script that completes commands and flags in a shell: bash, zsh, fish or " +
			"powershell. Load it from the shell's start file.",
		Example:     "  source <(impact completion bash)\n  impact completion fish | source",
		GroupID:     groupOther,
		Args:        oneArg("shell", "impact completion bash"),
		ValidArgs:   shells(),
		Annotations: exits(ExitOK, ExitUsage),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Root, options.Shell = cmd.Root(), args[0]
			return runF(cmd.Context(), options)
		},
	}
}

func runCompletion(_ context.Context, o *CompletionOptions) error {
	out := o.App.Out()
	switch o.Shell {
	case "bash":
		return o.Root.GenBashCompletionV2(out, true)
	case "zsh":
		return o.Root.GenZshCompletion(out)
	case "fish":
		return o.Root.GenFishCompletion(out, true)
	case "powershell":
		return o.Root.GenPowerShellCompletionWithDesc(out)
	}
	help := "known shells: " + strings.Join(shells(), ", ")
	if name := spelling.Nearest(o.Shell, shells()); name != "" {
		help = "did you mean " + name + "?"
	}
	return usageErrorf(help, "unknown shell %q", o.Shell)
}
