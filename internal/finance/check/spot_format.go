package check

import (
	"regexp"
	"slices"
	"strings"

	"yichuang/internal/finance/disclosed"
)

var decimalCount = regexp.MustCompile(`(\d+)\.(\d+)(批次|人次|个团组|个|辆|人|批)`)

// CountFormats finds counts of things with decimals.
func (s *scope) CountFormats() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		for _, m := range decimalCount.FindAllStringSubmatch(sec.Text, -1) {
			out = append(out, at(sec.Place, sec.Title(), m[0], m[1]+m[3]))
		}
	}
	return out
}

// RepeatedPhrases finds a phrase of four characters or more that follows itself.
func (s *scope) RepeatedPhrases() []*Spot {
	var out []*Spot
	for _, sec := range s.run.doc.Sections {
		rs := []rune(sec.Text)
		for i := 0; i+8 <= len(rs); i++ {
			if n := repeated(rs[i:]); n > 0 {
				out = append(out, at(sec.Place, sec.Title(), string(rs[i:i+2*n]), string(rs[i:i+n])))
				i += 2 * n
			}
		}
	}
	return out
}

// repeated gives the length of a phrase with which s begins twice: Chinese characters only, at least four, not all alike.
func repeated(s []rune) int {
	for n := 4; n <= 12 && 2*n <= len(s); n++ {
		if s[0] != s[n] || !slices.Equal(s[:n], s[n:2*n]) {
			continue
		}
		plain := true
		for _, r := range s[:n] {
			plain = plain && r >= 0x4E00 && r <= 0x9FFF
		}
		if plain && s[0] != s[1] {
			return n
		}
	}
	return 0
}

// slips are words that are written wrong in disclosures again and again.
var slips = [][2]string{{"自评等分", "自评得分"}, {"完成年处预算", "完成年初预算"}, {"年出预算", "年初预算"}, {"支出绝算", "支出决算"}, {"三工经费", "三公经费"}, {"截止20", "截至20"}, {"帐户", "账户"}, {"公务接侍", "公务接待"}, {"绩效自平", "绩效自评"}}

// Typos finds known slips of the pen.
func (s *scope) Typos() []*Spot {
	var out []*Spot
	for _, sec := range s.run.doc.Sections {
		for _, w := range slips {
			if strings.Contains(sec.Text, w[0]) || strings.Contains(sec.Heading, w[0]) {
				out = append(out, at(sec.Place, sec.Title(), w[0], w[1]))
			}
		}
	}
	return out
}

// Endings finds sections of the narrative that end with a semicolon or a comma.
func (s *scope) Endings() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		for _, mark := range []string{"；", "，", "、"} {
			if strings.HasSuffix(sec.Text, mark) && len([]rune(sec.Text)) > 40 {
				out = append(out, at(sec.Place, sec.Title(), mark, "。"))
			}
		}
	}
	return out
}

var amountWords = regexp.MustCompile(`\d+(?:\.(\d+))?万元`)

// MixedDecimals finds paragraphs whose amounts have different numbers of decimals.
func (s *scope) MixedDecimals() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		all := amountWords.FindAllStringSubmatch(sec.Text, -1)
		var odd []string
		two := 0
		for _, m := range all {
			if len(m[1]) == 2 {
				two++
			} else if strings.Trim(m[0], "0.万元") != "" {
				odd = appendNew(odd, strings.TrimSuffix(m[0], "万元"))
			}
		}
		if two >= 3 && len(odd) > 0 && len(odd) < two {
			out = append(out, at(sec.Place, sec.Title(), strings.Join(odd, "、"), "两位小数"))
		}
	}
	return out
}

// BlankAndZero finds tables that print nothing as 0.00 here and as a blank there.
func (s *scope) BlankAndZero() []*Spot {
	var out []*Spot
	for _, t := range []*Table{s.T01, s.T04, s.T06} {
		var zero, blank *disclosed.Place
		for _, r := range t.rows {
			if strings.HasPrefix(r.Key, "fn.") && t.Form != disclosed.T06 || r.Level == "" && r.Key == "" {
				continue
			}
			n := r.C1
			if strings.HasPrefix(r.Key, "out.") || strings.HasPrefix(r.Key, "fn.") {
				n = r.C2
			}
			switch {
			case n.Missing != "":
			case n.Blank && blank == nil:
				blank = &r.At
			case !n.Blank && n.V == 0 && zero == nil:
				zero = &r.At
			}
		}
		if zero != nil && blank != nil {
			p := at(*zero, t.Label, "0.00 / 空白", "统一")
			p.Places = append(p.Places, *blank)
			out = append(out, p)
		}
	}
	return out
}

// NotesMissing finds tables without the note that says what they show, where most others have one.
func (s *scope) NotesMissing() []*Spot {
	var with int
	var without []*disclosed.Table
	for _, t := range s.run.doc.Tables {
		if strings.Contains(t.Note, "本表反映") {
			with++
		} else {
			without = append(without, t)
		}
	}
	if with < 5 {
		return nil
	}
	var out []*Spot
	for _, t := range without {
		out = append(out, at(t.Place, t.Label(), "", ""))
	}
	return out
}

const numerals = "一二三四五六七八九十"

// HeadingGaps finds second-level numbers that leave one out: （一） then （三）.
func (s *scope) HeadingGaps() []*Spot {
	var out []*Spot
	last, annex, one := 0, "", ""
	for _, sec := range s.run.doc.Sections {
		if len(sec.Path) == 0 {
			continue
		}
		if sec.Path[0] != one || sec.Annex != annex {
			last, one, annex = 0, sec.Path[0], sec.Annex
		}
		n := levelTwoNumber(sec.Heading)
		if n == 0 {
			continue
		}
		if last > 0 && n > last+1 {
			out = append(out, at(sec.Place, sec.Title(), "（"+numeral(last)+"）", "（"+numeral(n)+"）"))
		}
		last = n
	}
	return out
}

func numeral(n int) string { return string([]rune(numerals)[n-1]) }

// levelTwoNumber reads （三）… up to ten.
func levelTwoNumber(head string) int {
	rs := []rune(head)
	if len(rs) < 3 || rs[0] != '（' || rs[2] != '）' {
		return 0
	}
	for i, r := range []rune(numerals) {
		if r == rs[1] {
			return i + 1
		}
	}
	return 0
}
