package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// defaultCommand is the command that runs when the first argument names none.
const defaultCommand = "field"

// dispatch brings the command's name to the front of args, so that flags may
// stand before it, and inserts the default command where args name none: the
// first argument that is neither a flag nor a flag's value is then a field.
// Nothing at all, and flags that ask for help or the version of the program
// itself, stay as they are.
func dispatch(root *cobra.Command, args []string) []string {
	if len(args) == 0 || child(root, defaultCommand) == nil {
		return args
	}
	at, asksRoot := firstWord(root, args)
	switch {
	case at < len(args) && isCommand(root, args[at]):
		return slices.Concat(args[at:at+1], args[:at], args[at+1:])
	case at == len(args) && asksRoot:
		return args
	}
	return append([]string{defaultCommand}, args...)
}

// firstWord returns the index of the first positional argument, len(args) when
// there is none, and whether a flag before it asks for help or the version. An
// argument is a flag's value if any command has a flag of this name that takes
// one; a flag that no command knows is taken as one without a value, and
// parsing reports it later.
func firstWord(root *cobra.Command, args []string) (at int, asksRoot bool) {
	sets := []*pflag.FlagSet{root.PersistentFlags()}
	for _, cmd := range root.Commands() {
		sets = append(sets, cmd.Flags())
	}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			// Behind it there are no commands, only names.
			return len(args), false
		case strings.HasPrefix(arg, "--"):
			name, _, hasValue := strings.Cut(arg[2:], "=")
			asksRoot = asksRoot || name == "help" || name == "version"
			if !hasValue && takesValue(lookup(sets, name)) {
				i++
			}
		case strings.HasPrefix(arg, "-") && arg != "-":
			asksRoot = asksRoot || arg == "-h"
			if shorthandTakesNext(sets, arg[1:]) {
				i++
			}
		default:
			return i, asksRoot
		}
	}
	return len(args), asksRoot
}

// shorthandTakesNext reports whether a group of one-letter flags, "x" of "-x",
// ends with one whose value is the next argument.
func shorthandTakesNext(sets []*pflag.FlagSet, group string) bool {
	for i := range len(group) {
		for _, set := range sets {
			if flag := set.ShorthandLookup(group[i : i+1]); takesValue(flag) {
				return i == len(group)-1
			}
		}
	}
	return false
}

func lookup(sets []*pflag.FlagSet, name string) *pflag.Flag {
	for _, set := range sets {
		if flag := set.Lookup(name); flag != nil {
			return flag
		}
	}
	return nil
}

func takesValue(flag *pflag.Flag) bool { return flag != nil && flag.NoOptDefVal == "" }

func child(root *cobra.Command, name string) *cobra.Command {
	for _, cmd := range root.Commands() {
		if cmd.Name() == name || cmd.HasAlias(name) {
			return cmd
		}
	}
	return nil
}

// isCommand also knows the two hidden commands with which shells ask cobra for
// completions; cobra adds them while it runs.
func isCommand(root *cobra.Command, word string) bool {
	return child(root, word) != nil ||
		word == cobra.ShellCompRequestCmd || word == cobra.ShellCompNoDescRequestCmd
}
