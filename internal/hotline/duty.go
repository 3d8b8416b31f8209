package hotline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Duty (值班) is a leader on duty on a day, in Beijing time: the one whom a pressing notice goes to at any hour.
type Duty struct {
	CentreID string        `db:"centre_id" json:"-"`
	Day      clock.Date    `db:"day" json:"day"`
	UserID   string        `db:"user_id" json:"user_id"`
	Note     string        `db:"note" json:"note,omitempty"`
	By       string        `db:"by_user" json:"by,omitempty"`
	At       clock.Instant `db:"at" json:"at"`
	Name     string        `db:"-" json:"name"`
}

// ErrDuty refuses a line of the duty roster.
var ErrDuty = errs.New(errs.Invalid, "hotline.duty", "值班安排填写有误。")

// dutyOn lists the leaders on duty on a day, "" where nobody is named: then every leader is told.
func dutyOn(tx *store.Tx, centre string, day clock.Date) (string, error) {
	list, err := store.Select[string](tx, "SELECT user_id FROM hotline_duty WHERE centre_id = $1 AND day = $2 ORDER BY user_id", centre, day)
	return strings.Join(list, ","), err
}

// DutyRoster gives the roster of days from–to (both inclusive), by day.
func (m *Module) DutyRoster(ctx context.Context, from, to clock.Date) ([]Duty, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDutyRead); err != nil {
		return nil, err
	}
	var out []Duty
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Duty](tx, "SELECT centre_id, day, user_id, note, by_user, at FROM hotline_duty WHERE centre_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, user_id", a.CentreID, from, to)
		if err != nil {
			return err
		}
		var people []string
		for _, d := range out {
			people = append(people, d.UserID)
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, people)
		for i := range out {
			out[i].Name = names[out[i].UserID]
		}
		return err
	})
	return out, err
}

// Leaders lists those whom the roster may name, and who are told while it is empty.
func (m *Module) Leaders(ctx context.Context) ([]org.User, error) {
	a := actor.From(ctx)
	if err := a.Require(PermDutyRead); err != nil {
		return nil, err
	}
	var out []org.User
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = m.org.UsersWithRoleTx(tx, a.CentreID, org.RoleLeader, "")
		return err
	})
	return out, err
}

// DutyLine is one line of a roster as a person or a file gives it: the day, and who by user name or display name.
type DutyLine struct {
	Line           int
	Day, Who, Note string
}

// DutyProblem says what is wrong with a line.
type DutyProblem struct {
	Line   int
	Reason string
}

// maxDutyLines bounds a file for the roster.
const maxDutyLines = 1000

// SetDuty puts lines into the roster: the days that the lines name get exactly the people that they name. With a problem
// in any line nothing is changed and the problems are given.
func (m *Module) SetDuty(ctx context.Context, lines []DutyLine) (days int, problems []DutyProblem, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermDuty); err != nil {
		return 0, nil, err
	}
	if len(lines) == 0 || len(lines) > maxDutyLines {
		return 0, nil, ErrDuty.Field("file", "一次应有 1 至 %d 行，现在有 %d 行。", maxDutyLines, len(lines))
	}
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		leaders, err := m.org.UsersWithRoleTx(tx, a.CentreID, org.RoleLeader, "")
		if err != nil {
			return err
		}
		var roster []Duty
		roster, problems = readDuty(lines, leaders)
		if len(problems) > 0 {
			return nil
		}
		days, err = saveDuty(tx, roster)
		return err
	})
	return days, problems, err
}

// readDuty finds the day and the leader of each line.
func readDuty(lines []DutyLine, leaders []org.User) (roster []Duty, problems []DutyProblem) {
	for _, l := range lines {
		day, err := clock.ParseDate(strings.TrimSpace(l.Day))
		if err != nil {
			problems = append(problems, DutyProblem{l.Line, dutyDayFault(l.Day)})
			continue
		}
		if utf8.RuneCountInString(l.Note) > maxShort {
			problems = append(problems, DutyProblem{l.Line, fmt.Sprintf("备注最多 %d 个字，现在有 %d 个字。", maxShort, utf8.RuneCountInString(l.Note))})
			continue
		}
		who := strings.TrimSpace(l.Who)
		if who == "" { // the day is emptied
			roster = append(roster, Duty{Day: day})
			continue
		}
		var found []org.User
		for _, u := range leaders {
			if u.Active && (u.Username == strings.ToLower(who) || u.DisplayName == who || u.ID == who) {
				found = append(found, u)
			}
		}
		switch {
		case len(found) == 0:
			problems = append(problems, DutyProblem{l.Line, fmt.Sprintf("没有叫“%s”的中心领导账号。", who)})
		case len(found) > 1:
			problems = append(problems, DutyProblem{l.Line, fmt.Sprintf("有 %d 位叫“%s”的中心领导，请写用户名。", len(found), who)})
		default:
			roster = append(roster, Duty{Day: day, UserID: found[0].ID, Note: strings.TrimSpace(l.Note)})
		}
	}
	return roster, problems
}

func dutyDayFault(s string) string {
	if strings.TrimSpace(s) == "" {
		return "没有写日期，请写成 2026-05-14。"
	}
	return fmt.Sprintf("日期“%s”应写成 2026-05-14。", firstRunes(s, 20))
}

func saveDuty(tx *store.Tx, roster []Duty) (int, error) {
	a := actor.From(tx.Context())
	var days []clock.Date
	for _, d := range roster {
		if !slices.Contains(days, d.Day) {
			days = append(days, d.Day)
			if _, err := tx.Exec("DELETE FROM hotline_duty WHERE centre_id = $1 AND day = $2", a.CentreID, d.Day); err != nil {
				return 0, err
			}
		}
		if d.UserID == "" {
			continue
		}
		if _, err := tx.Exec("INSERT INTO hotline_duty (centre_id, day, user_id, note, by_user, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (centre_id, day, user_id) DO UPDATE SET note = excluded.note",
			a.CentreID, d.Day, d.UserID, d.Note, a.UserID, tx.Now()); err != nil {
			return 0, err
		}
	}
	return len(days), audit.Record(tx, audit.Entry{Action: "hotline.duty", Permission: PermDuty, Kind: "duty", Object: a.CentreID,
		Detail: map[string]any{"days": len(days), "people": len(roster), "from": slices.Min(days), "to": slices.Max(days)}})
}

// Today is the present day in Beijing time, which rosters and lists begin with.
func (m *Module) Today() clock.Date { return m.clock.Now().Date() }

// pushDuty queues a message to the leaders on duty about a pressing notice: to those whom the notice names, else to all.
func (m *Module) pushDuty(tx *store.Tx, o *order, n Notice) error {
	leaders, err := m.org.UsersWithRoleTx(tx, o.CentreID, org.RoleLeader, "")
	if err != nil {
		return err
	}
	named := strings.Split(n.Duty, ",")
	for _, u := range leaders {
		if !u.Active || !u.HasPhone() || n.Duty != "" && !slices.Contains(named, u.ID) {
			continue
		}
		if err := queueMessage(tx, o, MessageDuty, "", u.ID, "【12345 紧急】"+n.Text); err != nil {
			return err
		}
	}
	return nil
}
