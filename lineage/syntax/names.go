package syntax

// The names of operators and kinds, as Dump and messages write them.

var opNames = [...]string{
	OpOther: "op", OpAnd: "and", OpOr: "or", OpNot: "not", OpEq: "=", OpNe: "!=", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">=",
	OpNullSafeEq: "<=>", OpAdd: "+", OpSub: "-", OpMul: "*", OpDiv: "/", OpIntDiv: "div", OpMod: "%", OpConcat: "||",
	OpBitAnd: "&", OpBitOr: "|", OpBitXor: "^", OpBitNot: "~", OpShiftLeft: "<<", OpShiftRight: ">>", OpNeg: "neg", OpPos: "pos",
	OpJSON: "->", OpJSONText: "->>", OpTest: "test", OpZone: "at time zone",
}

// String returns the operator as it is written, or a word for it.
func (op Op) String() string { return opNames[op] }

var isNames = [...]string{"null", "true", "false", "unknown", "distinct-from", "other"}

// String returns what the IS asks for.
func (k IsKind) String() string { return isNames[k] }

var joinNames = [...]string{
	"comma", "cross", "inner", "left", "right", "full", "semi", "anti", "asof", "cross-apply", "outer-apply", "positional",
}

// String returns the kind of the join in lower case.
func (k JoinKind) String() string { return joinNames[k] }

var setOpNames = [...]string{"union", "intersect", "except"}

// String returns the set operation in lower case.
func (k SetOpKind) String() string { return setOpNames[k] }

var setModeNames = [...]string{"none", "full", "left", "inner", "strict"}

// String returns the mode in lower case.
func (m SetMode) String() string { return setModeNames[m] }

var selectAsNames = [...]string{"row", "struct", "value", "type"}

// String returns what rows become.
func (a SelectAs) String() string { return selectAsNames[a] }

var subqueryNames = [...]string{"scalar", "array", "exists", "multiset"}

// String returns how the subquery stands.
func (k SubqueryKind) String() string { return subqueryNames[k] }

var actionNames = [...]string{"update", "insert", "delete", "nothing"}

// String returns the action in lower case.
func (a MergeAction) String() string { return actionNames[a] }
