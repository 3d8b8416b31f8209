package workforce

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"yichuang/internal/clock"
)

const minutesOfDay = 24 * 60

// Span is a part of a shift in minutes from 00:00 of the shift's own day. To beyond 1440 is the next morning.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// String writes 08:30-12:00, or 22:00-次日06:00 across midnight.
func (s Span) String() string {
	next := ""
	if s.To > minutesOfDay {
		next = "次日"
	}
	return hhmm(s.From) + "-" + next + hhmm((s.To-1)%minutesOfDay+1)
}

func hhmm(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// Spans are the parts of a shift in the order of time, at most two: each is entered and left with a punch, so that two
// parts make the four punches of a day.
type Spans []Span

// String writes 08:30-12:00, 14:30-18:00.
func (s Spans) String() string {
	parts := make([]string, len(s))
	for i, v := range s {
		parts[i] = v.String()
	}
	return strings.Join(parts, ", ")
}

// Value stores JSON.
func (s Spans) Value() (driver.Value, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// Scan reads JSON.
func (s *Spans) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), s)
	case []byte:
		return json.Unmarshal(v, s)
	}
	return fmt.Errorf("cannot read spans from %T", src)
}

// ParseSpans reads "08:30-12:00, 14:30-18:00" and "22:00-06:00": an end that is not after its beginning is the next morning.
func ParseSpans(text string) (Spans, error) {
	text = strings.NewReplacer("：", ":", "—", "-", "–", "-", "－", "-", "~", "-", "～", "-", "至", "-", "次日", "", "，", " ", ",", " ", "、", " ", "；", " ", ";", " ").Replace(text)
	for strings.Contains(text, " -") || strings.Contains(text, "- ") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, " -", "-"), "- ", "-")
	}
	var out Spans
	for _, part := range strings.Fields(text) {
		a, b, ok := strings.Cut(part, "-")
		from, good := parseMinute(a)
		to, fine := parseMinute(b)
		if !ok || !good || !fine || from >= minutesOfDay {
			return nil, fmt.Errorf("“%s”不是时段，请写成 08:30-12:00", part)
		}
		if to <= from {
			to += minutesOfDay
		}
		out = append(out, Span{from, to})
	}
	return out, out.check()
}

func parseMinute(s string) (int, bool) {
	h, m, ok := strings.Cut(s, ":")
	if !ok || len(h) < 1 || len(h) > 2 || len(m) != 2 || strings.Trim(h+m, "0123456789") != "" {
		return 0, false
	}
	n := 0
	for _, d := range h {
		n = n*10 + int(d-'0')
	}
	n = n*60 + int(m[0]-'0')*10 + int(m[1]-'0')
	return n, n <= minutesOfDay && m < "60"
}

// check refuses spans that overlap, are out of order, or are none or more than two.
func (s Spans) check() error {
	if len(s) == 0 || len(s) > 2 {
		return fmt.Errorf("一个班次应有一段或两段时间")
	}
	end := 0
	for _, v := range s {
		if v.From < end || v.To <= v.From || v.From >= minutesOfDay || v.To-v.From > 16*60 {
			return fmt.Errorf("时段 %s 与前一段重叠、起止颠倒，或超过 16 小时", v)
		}
		end = v.To
	}
	return nil
}

// at is a minute of a day, or of the morning after it, as a moment.
func at(day clock.Date, minute int) clock.Instant {
	return day.Start() + clock.Instant(minute)*60_000
}
