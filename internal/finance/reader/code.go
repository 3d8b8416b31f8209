package reader

import (
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// completeCodes finds the whole code of rows whose code was cut to six digits: the one of 05表, or of the dictionary, that
// begins with it; of several, the one with the same name.
func (p *parser) completeCodes() {
	known := map[string]string{} // whole code → name
	for _, t := range p.doc.Tables {
		if t.Form == disclosed.T06 {
			continue
		}
		for i := range t.Rows {
			if r := &t.Rows[i]; len(r.Code) == 7 {
				known[r.Code] = r.Name
			}
		}
	}
	if p.dict != nil {
		for _, s := range p.dict.All(fiscal.Func) {
			if _, ok := known[s.Code]; !ok && len(s.Code) == 7 {
				known[s.Code] = plain(s.Name)
			}
		}
	}
	for _, t := range p.doc.Tables {
		for i := range t.Rows {
			if r := &t.Rows[i]; len(r.Code) == 6 && t.Form != disclosed.T06 {
				r.Full = completed(r.Code, r.Name, known)
			}
		}
	}
}

// completed gives the one code that begins with a cut one; the cut one itself where that is not clear.
func completed(code, name string, known map[string]string) string {
	var all, named []string
	for full, n := range known {
		if !strings.HasPrefix(full, code) {
			continue
		}
		all = append(all, full)
		if n == name || len([]rune(name)) >= 6 && strings.HasPrefix(n, name) {
			named = append(named, full)
		}
	}
	switch {
	case len(named) == 1:
		return named[0]
	case len(all) == 1 && name == "":
		return all[0]
	}
	return code
}
