// Package config reads impact.yml and finds the project that a command is run
// in. Every key of the file is optional, and so is the file.
//
// [Decode] is strict: an unknown key, a wrong type or a value that cannot be is
// an [Error] with file:line:col and a hint, and all of them are found at once
// ([Errors]). "${NAME}" and "${NAME:-default}" are replaced only where paths
// and secrets stand (dbt, salesforce, jobs, schema, dsn), so a stray dollar
// elsewhere stays what it is. A variable that is not set is an error where a
// path needs it at once; a [Secret] says so when it is revealed, so that
// commands that never connect need no credentials. A Secret prints as
// "[redacted]" however it is printed.
//
// Dbt's own profiles.yml is read by [ReadProfile], for what a load needs to reach
// the warehouse.
//
//	p, err := config.Find(".", config.Options{Env: os.LookupEnv})
//	if err != nil {
//		return err
//	}
//	manifest := filepath.Join(p.TargetPath, "manifest.json")
package config
