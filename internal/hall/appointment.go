package hall

import (
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/store"
)

// BookingState is where an appointment stands.
type BookingState string

// The states of an appointment.
const (
	BookingMade      BookingState = "booked"    // 已预约
	BookingArrived   BookingState = "arrived"   // 已签到
	BookingCancelled BookingState = "cancelled" // 已取消
	BookingAbsent    BookingState = "absent"    // 爽约
)

// Label is the state in Chinese.
func (s BookingState) Label() string {
	return map[BookingState]string{BookingMade: "已预约", BookingArrived: "已签到", BookingCancelled: "已取消", BookingAbsent: "爽约"}[s]
}

// Appointment (预约) is a slot of a queue kept for one person, by real name.
type Appointment struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	SiteID    string        `db:"site_id" json:"site_id"`
	QueueID   string        `db:"queue_id" json:"queue_id"`
	Day       clock.Date    `db:"day" json:"day"`
	SlotAt    clock.Instant `db:"slot_at" json:"slot_at"`
	State     BookingState  `db:"state" json:"state"`
	Code      string        `db:"code" json:"-"`
	NameEnc   []byte        `db:"name_enc" json:"-"`
	IDEnc     []byte        `db:"id_enc" json:"-"`
	IDBix     string        `db:"id_bix" json:"-"`
	PhoneEnc  []byte        `db:"phone_enc" json:"-"`
	PhoneTail string        `db:"phone_tail" json:"phone_tail"`
	NameMask  string        `db:"name_mask" json:"name_mask"`
	TicketID  string        `db:"ticket_id" json:"ticket_id,omitempty"`
	BookedAt  clock.Instant `db:"booked_at" json:"booked_at"`
	EndedAt   clock.Instant `db:"ended_at" json:"ended_at,omitzero"`
	Version   int64         `db:"version" json:"-"`
}

// BookInput is what somebody gives who books.
type BookInput struct {
	QueueID string            `json:"queue_id" maxLength:"40" doc:"队列"`
	SlotAt  clock.Instant     `json:"slot_at" doc:"时段开始的时间"`
	Name    crypt.PersonName  `json:"-"`
	IDNo    string            `json:"-"`
	Phone   crypt.PhoneNumber `json:"-"`
	Key     string            `json:"-"`
}

var mobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

func (in *BookInput) validate() error {
	e := ErrInput
	name := strings.TrimSpace(string(in.Name))
	if n := utf8.RuneCountInString(name); n < 2 || n > 30 {
		e = e.Field("name", "请填写证件上的姓名。")
	}
	in.Name, in.IDNo = crypt.PersonName(name), strings.ToUpper(strings.TrimSpace(in.IDNo))
	if !ValidIDNo(in.IDNo) {
		e = e.Field("id_no", "身份证号有误，请核对 18 位号码。")
	}
	in.Phone = crypt.PhoneNumber(strings.TrimSpace(string(in.Phone)))
	if !mobile.MatchString(string(in.Phone)) {
		e = e.Field("phone", "请填写 11 位手机号码。")
	}
	return e.OrNil()
}

// ValidIDNo checks a citizen's number by its check digit and its day of birth (GB 11643).
func ValidIDNo(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i := range 17 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * (1 << (17 - i) % 11)
	}
	day, err := clock.ParseDate(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
	return err == nil && day.Year() >= 1900 && "10X98765432"[sum%11] == s[17]
}

// BookableDays gives the days on which somebody may book today: working days, from tomorrow on, n of them (hall reference
// §4.2: at least one day ahead, within the next five working days).
func BookableDays(c *calendar.Calendar, today clock.Date, n int64) []clock.Date {
	var out []clock.Date
	for d := today; int64(len(out)) < n; {
		d = c.NextWorkday(d)
		out = append(out, d)
	}
	return out
}

// SlotsOf gives the slots of a day: each of the given minutes, whole, within the opening hours.
func SlotsOf(day clock.Date, open []calendar.Interval, minutes int64) []clock.Instant {
	var out []clock.Instant
	for _, i := range open {
		for m := i.From; minutes > 0 && m+int(minutes) <= i.To; m += int(minutes) {
			out = append(out, day.Clock(m/60, m%60))
		}
	}
	return out
}

// CheckInTime refuses a check-in too early before a slot or later than the grace after its beginning (hall reference §3: T12).
func CheckInTime(slot, now clock.Instant, r Rules) error {
	switch {
	case now < slot-clock.Instant(r.EarlyMinutes*60_000):
		return ErrCheckInEarly.Say("还没有到可以签到的时间，预约时段开始前 %d 分钟起可以签到。", r.EarlyMinutes)
	case now > slot+clock.Instant(r.GraceMinutes*60_000):
		return ErrCheckInLate.Say("已超过预约时段 %d 分钟的宽限时间，预约失效。请取普通号。", r.GraceMinutes)
	}
	return nil
}

// CancelTime refuses to cancel an appointment too shortly before its slot.
func CancelTime(slot, now clock.Instant, r Rules) error {
	if now > slot-clock.Instant(r.CancelMinutes*60_000) {
		return ErrCancelLate.Say("距预约时段不足 %d 分钟，不能再取消。不能到场的，请致电大厅说明。", r.CancelMinutes)
	}
	return nil
}

func loadBooking(tx *store.Tx, centre, id string, lock string) (Appointment, error) {
	b, err := store.Get[Appointment](tx, "SELECT "+store.Columns[Appointment]("")+" FROM hall_appointment WHERE centre_id = $1 AND id = $2"+lock, centre, id)
	return b, missing(err)
}

// found finds a booking by its code; who asks from outside also gives the last four digits of the phone.
func found(tx *store.Tx, centre, code, lock string) (Appointment, error) {
	b, err := store.Get[Appointment](tx, "SELECT "+store.Columns[Appointment]("")+" FROM hall_appointment WHERE centre_id = $1 AND code = $2"+lock, centre, strings.ToLower(strings.TrimSpace(code)))
	if errors.Is(err, store.ErrNotFound) {
		err = ErrBooking
	}
	return b, err
}
