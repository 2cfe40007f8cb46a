package syntax

const (
	foldOffset = 2166136261
	foldPrime  = 16777619
)

// Fold hashes a name without regard to ASCII case: names that [EqualFold] holds
// for equal have equal hashes. It is FNV-1a over the lower-cased bytes.
func Fold(name string) uint32 {
	h := uint32(foldOffset)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint32(lower(name[i]))) * foldPrime
	}
	return h
}

// EqualFold reports whether two names are equal without regard to ASCII case.
// Other letters compare exactly, as warehouses compare identifiers.
func EqualFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if x, y := a[i], b[i]; x != y && lower(x) != lower(y) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c-'A' < 26 {
		return c | 0x20
	}
	return c
}
