// Package spelling finds the word that a mistyped one stands for.
//
//	if near := spelling.Nearest("mirrr", modes); near != "" {
//		hint = "did you mean " + near + "?"
//	}
//
// It promises to be cheap whatever it is given: words longer than any name that
// people type are near to nothing.
package spelling
