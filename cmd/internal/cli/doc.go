// Package cli is the command line: one file per command, each an options struct
// with its flags, and one place where errors become messages and exit codes.
//
// [Run] promises that stdout carries the result only and stderr everything
// else, that every error is printed once, with a hint where there is one, and
// that the exit code says what kind it was ([ExitCode]). A first argument that
// is no command's name is taken as a field: "impact JobOffer__c.Salary__c" is
// "impact field JobOffer__c.Salary__c".
//
// A command is built by a constructor that takes the function to run, so that
// tests see the options which its flags produce without running it:
//
//	var got *FieldOptions
//	cmd := newFieldCommand(app, func(_ context.Context, o *FieldOptions) error {
//		got = o
//		return nil
//	})
//
// Errors are typed by the command that knows their kind ([UsageError],
// [NameError], [EnvError], …). An error of another package may carry a hint by
// having a method Hint() string.
package cli
