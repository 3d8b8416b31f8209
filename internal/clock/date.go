package clock

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a day in Shanghai as the number of days since 1970-01-01, so that days compare and add as integers. In SQL
// and JSON it is the text 2006-01-02. NoDate stands for "not set".
type Date int32

// NoDate is the unset Date, earlier than every real one; it is the empty string in SQL and JSON.
const NoDate Date = -1 << 31

// DateOf gives the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Day(y, m, d)
}

// Day builds a Date; overflowing months and days roll over as in time.Date.
func Day(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads 2006-01-02, strictly.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return NoDate, fmt.Errorf("not a date: %q", s)
	}
	return DateOf(t), nil
}

// MustDate is ParseDate for literals in tests and tables.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// IsZero reports whether the date is not set.
func (d Date) IsZero() bool { return d == NoDate }

// Year is the calendar year.
func (d Date) Year() int { return d.utc().Year() }

// Month is the month of the year.
func (d Date) Month() time.Month { return d.utc().Month() }

// DayOfMonth is the day of the month, from 1.
func (d Date) DayOfMonth() int { return d.utc().Day() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday((int(d)%7 + 11) % 7) }

// Start is 00:00 of the day in Shanghai.
func (d Date) Start() Instant { return d.Clock(0, 0) }

// End is 24:00 of the day, which is 00:00 of the next.
func (d Date) End() Instant { return (d + 1).Start() }

// Clock is hour:minute of the day in Shanghai; 24:00 is the next day's start.
func (d Date) Clock(hour, minute int) Instant {
	t := d.utc()
	return FromTime(time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, Shanghai))
}

// String is 2006-01-02; "" when not set.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	return d.utc().Format("2006-01-02")
}

// WeekdayName is the weekday as pages print it: 周一 … 周日.
func (d Date) WeekdayName() string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[d.Weekday()]
}

// MarshalText writes 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02 or "".
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Value stores the text.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads the text.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = NoDate
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("cannot read a date from %T", src)
}
