// Package report renders an [effect.Answer] for a terminal, for a pull request
// and for programs, one file per format behind [Renderer].
//
// It promises that every finding of an answer is rendered or counted in a line
// that says how many are not shown; that the same answer and options give the
// same bytes; and that whatever comes from files or servers cannot do more
// than be read: no control or direction character reaches a terminal, and no
// markup, mention or reference of a file's reaches a comment.
//
//	r, err := report.New("text", report.Options{Width: 100})
//	if err != nil {
//		return err
//	}
//	err = r.Render(os.Stdout, answer)
//
// Sentences are kept in one catalogue per language, keyed by rule.
package report
