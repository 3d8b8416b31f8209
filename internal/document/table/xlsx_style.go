package table

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// form is how a number is shown.
type form uint8

const (
	plain   form = iota
	percent      // 0.125 is 12.5%
	date         // days since 1900: a date, a time, or both
	hours        // days as [h]:mm
)

// styles knows the form of each cell style of a spreadsheet.
type styles struct {
	forms    []form
	date1904 bool
}

func (p parts) styles(date1904 bool) (styles, error) {
	out := styles{date1904: date1904}
	if p["xl/styles.xml"] == nil {
		return out, nil
	}
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := p.decode("xl/styles.xml", &sheet); err != nil {
		return out, err
	}
	codes := map[int]string{}
	for _, f := range sheet.Formats {
		codes[f.ID] = f.Code
	}
	for _, c := range sheet.Cells {
		f := builtin(c.Format)
		if code, ok := codes[c.Format]; ok {
			f = formOf(code)
		}
		out.forms = append(out.forms, f)
	}
	return out, nil
}

// builtin gives the form of the formats that every spreadsheet program has, with those of Chinese ones (27–58).
func builtin(id int) form {
	switch {
	case id == 9, id == 10:
		return percent
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id == 45, id == 47, id >= 50 && id <= 58:
		return date
	case id == 46:
		return hours
	}
	return plain
}

// formOf reads a format code such as yyyy"年"m"月"d"日" or 0.00%; only its first section, for positive numbers, counts.
func formOf(code string) form {
	quoted := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\', c == '_', c == '*':
			i++
		case c == ';':
			return plain
		case c == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return plain
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "hms") == "" {
				return hours
			}
			i += end
		case c == '%':
			return percent
		case strings.IndexByte("yYmMdDhHsS", c) >= 0:
			return date
		case c == 'G', c == 'g': // General; g is also an era, which Chinese files do not use
			return plain
		}
	}
	return plain
}

// number writes a number as it is meant: a date as 2006-01-02, a moment as 2006-01-02 15:04:05, a time as 15:04:05, a
// percentage with its sign, anything else without exponent or rounding noise.
func (s styles) number(v string, style int) string {
	v = strings.TrimSpace(v)
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return v
	}
	f := plain
	if style >= 0 && style < len(s.forms) {
		f = s.forms[style]
	}
	switch {
	case f == date && n >= 0 && n < 2958466: // up to the end of 9999
		return s.moment(n)
	case f == hours && n >= 0 && n < 1e6:
		total := int64(math.Round(n * 86400))
		return strconv.FormatInt(total/3600, 10) + ":" + two(total/60%60) + ":" + two(total%60)
	case f == percent:
		return decimal(n*100) + "%"
	}
	if isDigits(v) {
		return v // an integer of any length, as it stands
	}
	return decimal(n)
}

func two(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

func isDigits(v string) bool { return v != "" && strings.Trim(v, "0123456789") == "" }

// decimal rounds to the 15 digits that spreadsheet programs keep, so that 0.1+0.2 is 0.3.
func decimal(n float64) string {
	r, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil || math.Abs(r) > 1e21 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	if r == 0 {
		return "0"
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// moment turns a serial day into text. Serial 60 is 29 February 1900, which never was: smaller ones are a day off.
func (s styles) moment(n float64) string {
	if n < 1 && !s.date1904 {
		return time.Unix(int64(math.Round(n*86400)), 0).UTC().Format("15:04:05")
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case s.date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case n < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	days, part := math.Modf(n)
	at := epoch.AddDate(0, 0, int(days)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02 15:04:05")
}
