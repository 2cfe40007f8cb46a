package manifest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Options say how an artifact is read. The zero value is what most callers want.
type Options struct {
	// MaxSize is the largest artifact that is read, in bytes after unzipping;
	// 0 means 4 GiB. It keeps a small gzip file from filling the memory.
	MaxSize int64
}

const defaultMaxSize = 4 << 30

// readFile opens a file and hands it to decode.
func readFile[T any](path string, opts Options, decode func(io.Reader, string, Options) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var none T
		return none, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return decode(f, path, opts)
}

// input is the text of an artifact, unzipped and limited in size.
type input struct {
	r    io.Reader
	max  int64
	read int64
}

// newInput looks at the first bytes of r, not at a file name, to find out
// whether it is a gzip file.
func newInput(r io.Reader, opts Options) (*input, error) {
	in := &input{max: opts.MaxSize}
	if in.max <= 0 {
		in.max = defaultMaxSize
	}
	b := bufio.NewReaderSize(r, 1<<16)
	in.r = b
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("read gzip header: %w", err)
		}
		in.r = z
	}
	b, ok := in.r.(*bufio.Reader)
	if !ok {
		b = bufio.NewReaderSize(in.r, 1<<16)
		in.r = b
	}
	return in, in.check(b)
}

// check refuses what is obviously no JSON with a better reason than the parser
// could give.
func (in *input) check(b *bufio.Reader) error {
	head, err := b.Peek(512)
	switch {
	case len(head) == 0 && (err == nil || errors.Is(err, io.EOF)):
		return ErrEmpty
	case len(head) == 0:
		return err
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return hinted{errors.New("the file starts with a byte order mark, which JSON does not allow"),
			"save it as UTF-8 without BOM; Windows PowerShell adds one when it redirects output"}
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return hinted{errors.New("the file is UTF-16, not UTF-8"),
			"save it as UTF-8; Windows PowerShell writes UTF-16 when it redirects output"}
	}
	if trimmed := bytes.TrimLeft(head, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '<' {
		return hinted{errors.New("this is an HTML or XML page, not JSON"),
			"a download may have returned a login or error page instead of the artifact"}
	} else if len(trimmed) == 0 && err != nil {
		return ErrEmpty
	}
	return nil
}

// hinted is a reason with a hint for [Error.Hint].
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// Read implements [io.Reader].
func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	in.read += int64(n)
	if in.read > in.max {
		return 0, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, in.max)
	}
	return n, err
}
