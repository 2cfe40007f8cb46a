package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"impact/internal/spelling"
)

// enum is a flag whose value is one of a few words.
type enum struct {
	value   *string
	allowed []string
}

func (e *enum) String() string {
	if e.value == nil {
		return ""
	}
	return *e.value
}

func (e *enum) Type() string { return "word" }

func (e *enum) Set(value string) error {
	if !slices.Contains(e.allowed, value) {
		message := "must be one of " + strings.Join(e.allowed, ", ")
		if name := spelling.Nearest(value, e.allowed); name != "" {
			message += "; did you mean " + name + "?"
		}
		return errors.New(message)
	}
	*e.value = value
	return nil
}

// enumVar defines a flag that takes one of the allowed words. Help lists them
// behind usage, and shells complete them.
func enumVar(cmd *cobra.Command, flags *pflag.FlagSet, value *string, name, initial string, allowed []string, usage string) {
	*value = initial
	flags.Var(&enum{value: value, allowed: allowed}, name, usage+strings.Join(allowed, ", "))
	// It fails only for a flag that does not exist or is defined twice.
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// ProjectOptions say where a command finds the dbt project. The zero value
// looks upward from the current folder.
type ProjectOptions struct {
	Project  string // --project: folder of impact.yml or dbt_project.yml
	Manifest string // --manifest: file, plain or .gz
	Catalog  string // --catalog: file, plain or .gz
}

func (o *ProjectOptions) bind(flags *pflag.FlagSet) {
	flags.StringVar(&o.Project, "project", "", "`folder` of the project (default: found upward from the current folder)")
	flags.StringVar(&o.Manifest, "manifest", "", "manifest.json `file` (default: the project's target folder)")
	flags.StringVar(&o.Catalog, "catalog", "", "catalog.json `file` (default: beside the manifest)")
}

// flagError turns what parsing of flags reports into a usage error with the
// nearest flag's name.
func flagError(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("run '%s --help' for the list of flags", cmd.CommandPath())
	if unknown := new(pflag.NotExistError); errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden {
				names = append(names, flag.Name)
			}
		})
		if name := spelling.Nearest(unknown.GetSpecifiedName(), names); name != "" {
			help = fmt.Sprintf("did you mean --%s?", name)
		}
	}
	wrong := new(pflag.InvalidValueError)
	if number := new(strconv.NumError); errors.As(err, &number) && errors.As(err, &wrong) {
		what := "a whole number"
		if errors.Is(number.Err, strconv.ErrRange) {
			what = "a smaller number"
		}
		err = fmt.Errorf("invalid argument %q for \"--%s\" flag: must be %s", wrong.GetValue(), wrong.GetFlag().Name, what)
	}
	return &UsageError{Err: err, Help: help}
}

// noArgs refuses positional arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageErrorf("", "'%s' takes no arguments, but got %q", cmd.CommandPath(), args[0])
}

// oneArg demands exactly one positional argument, which help calls what.
func oneArg(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usageErrorf("for example: "+example, "'%s' needs a %s", cmd.CommandPath(), what)
		case 1:
			return nil
		}
		return usageErrorf("for example: "+example, "'%s' takes one %s, but got %d: %s",
			cmd.CommandPath(), what, len(args), strings.Join(args, " "))
	}
}
