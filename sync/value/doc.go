// Package value knows the canonical forms of single values, which all
// destinations share: one text for a number, a date or a JSON document, so that
// equal values have equal bytes.
//
// Nothing is rounded or guessed here: what has no canonical form is an error
// that says what is wrong and does not contain the value.
//
// # Example
//
//	neg, whole, frac, err := value.SplitDecimal([]byte("-007.50"))
//	if err != nil {
//		return err
//	}
//	out := value.JoinDecimal(neg, whole, frac, 2) // "-7.50"
package value
