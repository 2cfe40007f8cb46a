package destination

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

func TestX(t *testing.T) {
	src, _ := os.ReadFile("testdata/schema/rails7.rb")
	s, w := ReadSchemaRB("db/schema.rb", src)
	var b bytes.Buffer
	WriteSnapshot(&b, s)
	fmt.Println(b.String())
	for _, x := range w {
		fmt.Println(x)
	}
}
