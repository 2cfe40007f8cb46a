package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Build says which program this is. Its JSON is the output of
// "impact version --format json".
type Build struct {
	Version  string `json:"version"`  // the module's version, "(devel)" for a build from a folder
	Revision string `json:"revision"` // the commit, "" when it was not recorded
	Modified bool   `json:"modified"` // the folder differed from the commit
	Time     string `json:"time"`     // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"` // for example linux/amd64
}

// readBuild asks the running program.
func readBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return buildOf(info)
}

func buildOf(info *debug.BuildInfo) Build {
	build := Build{
		Version:  info.Main.Version,
		Go:       info.GoVersion,
		Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if build.Version == "" {
		build.Version = "(devel)"
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			build.Revision = setting.Value
		case "vcs.modified":
			build.Modified = setting.Value == "true"
		case "vcs.time":
			build.Time = setting.Value
		}
	}
	return build
}

// String is the build in one line, for --version and for reports of bugs.
func (b Build) String() string {
	line := b.Version
	if b.Revision != "" {
		line += " " + b.Revision[:min(len(b.Revision), 12)]
		if b.Modified {
			line += "+modified"
		}
	}
	return fmt.Sprintf("%s (%s, %s)", line, b.Go, b.Platform)
}

// VersionOptions are the options of "impact version".
type VersionOptions struct {
	App    *App
	Format string // text or json
}

func newVersionCommand(app *App, runF func(context.Context, *VersionOptions) error) *cobra.Command {
	options := &VersionOptions{App: app}
	if runF == nil {
		runF = runVersion
	}
	cmd := &cobra.Command{
		Use:         "version",
		Short:       "Show which build this is",
		GroupID:     groupOther,
		Args:        noArgs,
		Annotations: exits(ExitOK, ExitUsage),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runF(cmd.Context(), options)
		},
	}
	enumVar(cmd, cmd.Flags(), &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	return cmd
}

func runVersion(_ context.Context, o *VersionOptions) error {
	build := o.App.Build
	if o.Format == "json" {
		encoder := json.NewEncoder(o.App.Out())
		encoder.SetIndent("", "  ")
		return encoder.Encode(build)
	}
	_, err := fmt.Fprintf(o.App.Out(), "impact %s\n", build)
	return err
}
