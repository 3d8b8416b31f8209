package calendar

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
)

// Unit is what a limit is counted in.
type Unit string

// The units. They never convert into one another.
const (
	UnitWorkday    Unit = "WORKDAY" // 工作日
	UnitWorkMinute Unit = "WORKMIN" // 工作分钟, in office hours only
	UnitMinute     Unit = "NATMIN"  // 分钟, day and night
	UnitDay        Unit = "NATDAY"  // 自然日
)

// The greatest numbers of a limit: ten years, and as many minutes as make nearly two.
const (
	maxDays    = 3650
	maxMinutes = 1_000_000
)

// End says at what moment of its last day a limit in working days ends.
type End string

// The ends.
const (
	CloseOfBusiness End = "CLOSE_OF_BUSINESS" // 下班
	EndOfDay        End = "END_OF_DAY"        // 24:00
)

// Limit is a time limit (时限) such as 5个工作日. Its text, as stored and as ParseLimit reads it, is 5wd, 240wm, 15m or
// 3d, with /eod for working days that end at 24:00 and /roll for natural days that move to the next working day.
type Limit struct {
	Unit Unit
	N    int
	End  End  // WORKDAY only: "" counts as CLOSE_OF_BUSINESS; natural days always end at 24:00
	Roll bool // NATDAY only: a limit that ends on a day off ends on the next working day (民法典 art. 203)
}

// Workdays is a limit of n working days that ends at the close of business.
func Workdays(n int) Limit { return Limit{Unit: UnitWorkday, N: n, End: CloseOfBusiness} }

// WorkMinutes is a limit of n minutes of office time.
func WorkMinutes(n int) Limit { return Limit{Unit: UnitWorkMinute, N: n} }

// Minutes is a limit of n natural minutes.
func Minutes(n int) Limit { return Limit{Unit: UnitMinute, N: n} }

// NaturalDays is a limit of n natural days that ends at 24:00.
func NaturalDays(n int) Limit { return Limit{Unit: UnitDay, N: n} }

// AtEndOfDay is the limit in working days with its end at 24:00.
func (l Limit) AtEndOfDay() Limit {
	if l.Unit == UnitWorkday {
		l.End = EndOfDay
	}
	return l
}

// Rolling is the limit in natural days that moves to the next working day.
func (l Limit) Rolling() Limit {
	l.Roll = l.Unit == UnitDay
	return l
}

// IsZero reports whether no limit is set.
func (l Limit) IsZero() bool { return l.Unit == "" }

// spelling pairs a unit with how it is written and with its greatest number.
type spelling struct {
	unit     Unit
	code, zh string
	most     int
}

var spellings = [...]spelling{
	{UnitWorkday, "wd", "个工作日", maxDays},
	{UnitWorkMinute, "wm", "工作分钟", maxMinutes},
	{UnitMinute, "m", "分钟", maxMinutes},
	{UnitDay, "d", "个自然日", maxDays},
}

func (l Limit) spelling() spelling {
	for _, s := range spellings {
		if s.unit == l.Unit {
			return s
		}
	}
	return spelling{}
}

const (
	labelEndOfDay = "（至24时）"
	labelRoll     = "（遇休顺延）"
)

// String writes the limit as ParseLimit reads it; "" for none.
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	s := strconv.Itoa(l.N) + l.spelling().code
	if l.Unit == UnitWorkday && l.End == EndOfDay {
		s += "/eod"
	}
	if l.Unit == UnitDay && l.Roll {
		s += "/roll"
	}
	return s
}

// Label is the limit in Chinese: 5个工作日, 240工作分钟, 15分钟, 3个自然日. ParseLimit reads it too.
func (l Limit) Label() string {
	if l.IsZero() {
		return ""
	}
	s := strconv.Itoa(l.N) + l.spelling().zh
	if l.Unit == UnitWorkday && l.End == EndOfDay {
		s += labelEndOfDay
	}
	if l.Unit == UnitDay && l.Roll {
		s += labelRoll
	}
	return s
}

// ParseLimit reads a limit as String or Label writes it, with the number from 1 up.
func ParseLimit(text string) (Limit, error) {
	s := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(text), " ", ""))
	eod := cutSuffix(&s, "/eod") || cutSuffix(&s, labelEndOfDay)
	roll := cutSuffix(&s, "/roll") || cutSuffix(&s, labelRoll)
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	for _, sp := range spellings {
		if rest := s[n:]; rest != sp.code && rest != sp.zh && "个"+rest != sp.zh {
			continue
		}
		v, err := strconv.Atoi(s[:n])
		if err != nil || v < 1 || v > sp.most || eod && sp.unit != UnitWorkday || roll && sp.unit != UnitDay {
			break
		}
		l := Limit{Unit: sp.unit, N: v, Roll: roll}
		if sp.unit == UnitWorkday {
			l.End = CloseOfBusiness
		}
		if eod {
			l = l.AtEndOfDay()
		}
		return l, nil
	}
	return Limit{}, ErrLimit.Field("limit", "“%s”不是时限，请写成 5wd、240wm、15m 或 3d。", clip(text, 20))
}

func cutSuffix(s *string, suffix string) bool {
	rest, ok := strings.CutSuffix(*s, suffix)
	*s = rest
	return ok
}

// clip shortens what a user typed for an error message.
func clip(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > n {
		return string(r[:n]) + "…"
	}
	return string(r)
}

// Validate refuses limits that ParseLimit would not give.
func (l Limit) Validate() error {
	back, err := ParseLimit(l.String())
	if err == nil && l.Unit == UnitWorkday && l.End == "" {
		l.End = CloseOfBusiness
	}
	if err != nil || back != l {
		return ErrLimit
	}
	return nil
}

// MarshalText writes String.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what ParseLimit reads; "" is no limit.
func (l *Limit) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = Limit{}
		return nil
	}
	v, err := ParseLimit(string(b))
	if err == nil {
		*l = v
	}
	return err
}

// Value stores String.
func (l Limit) Value() (driver.Value, error) { return l.String(), nil }

// Scan reads the stored text.
func (l *Limit) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return l.UnmarshalText([]byte(v))
	case []byte:
		return l.UnmarshalText(v)
	}
	return fmt.Errorf("cannot read a limit from %T", src)
}
