package item

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteLines writes a list of items as JSON, an object a line, with the names of ListColumns (those of GB/T 39046-2020 first) in their
// order; empty fields are left out. ReadList reads it again. rows gives the rows of Export.
func WriteLines(w io.Writer, rows func(add func(cells []string) error) error) error {
	names := ListColumns()
	return rows(func(cells []string) error {
		line := []byte{'{'}
		for i, s := range cells {
			if s == "" {
				continue
			}
			if len(line) > 1 {
				line = append(line, ',')
			}
			name, err := json.Marshal(names[i])
			if err != nil {
				return fmt.Errorf("item list: %w", err)
			}
			value, err := json.Marshal(s)
			if err != nil {
				return fmt.Errorf("item list: %w", err)
			}
			line = append(append(append(line, name...), ':'), value...)
		}
		_, err := w.Write(append(line, '}', '\n'))
		return err
	})
}
