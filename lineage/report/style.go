package report

// Style decorates text for a terminal. Text that is passed to it is clean and
// has no line breaks.
type Style interface {
	Bold(string) string
	Dim(string) string
	Red(string) string
	Green(string) string
	Yellow(string) string
	Cyan(string) string
}

// plain is the style that decorates nothing.
type plain struct{}

func (plain) Bold(s string) string   { return s }
func (plain) Dim(s string) string    { return s }
func (plain) Red(s string) string    { return s }
func (plain) Green(s string) string  { return s }
func (plain) Yellow(s string) string { return s }
func (plain) Cyan(s string) string   { return s }

func (o Options) style() Style {
	if o.Style == nil {
		return plain{}
	}
	return o.Style
}
