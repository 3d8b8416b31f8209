package hall

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// Hall (大厅排队设置) is a site that works with numbers: by what rules, which an administrator can change. Its row is the
// lock under which numbers are taken and called.
type Hall struct {
	CentreID string `db:"centre_id" json:"-"`
	SiteID   string `db:"site_id" json:"site_id"`
	Rules
	Version int64 `db:"version" json:"version"`
}

// Rules (排队规则) are the numbers and switches of a hall's queue (hall reference §4.2; the defaults are those there).
type Rules struct {
	Active        bool   `db:"active" json:"active"`
	CallsMax      int64  `db:"calls_max" json:"calls_max" doc:"叫几次不到为过号"`
	ReturnMinutes int64  `db:"return_minutes" json:"return_minutes" doc:"过号后多少分钟内可以回队"`
	ReturnBehind  int64  `db:"return_behind" json:"return_behind" doc:"回队排在接下来几位之后"`
	JumpsMax      int64  `db:"jumps_max" json:"jumps_max" doc:"优先、预约连续叫几位后必须叫一位普通号"`
	GraceMinutes  int64  `db:"grace_minutes" json:"grace_minutes" doc:"预约时段开始后多少分钟内仍可签到"`
	EarlyMinutes  int64  `db:"early_minutes" json:"early_minutes" doc:"预约时段开始前多少分钟起可以签到"`
	BookDays      int64  `db:"book_days" json:"book_days" doc:"可预约接下来几个工作日"`
	CancelMinutes int64  `db:"cancel_minutes" json:"cancel_minutes" doc:"最迟在时段开始前多少分钟取消"`
	AbsentLimit   int64  `db:"absent_limit" json:"absent_limit" doc:"爽约几次后暂停预约"`
	AbsentDays    int64  `db:"absent_days" json:"absent_days" doc:"按最近多少天内的爽约计算"`
	Overnight     bool   `db:"overnight" json:"overnight" doc:"日终保留没有办完的号"`
	Notice        string `db:"notice" json:"notice" maxLength:"200" doc:"取号机和显示屏上的提示"`
}

// DefaultRules are the rules of a hall that nobody has changed.
func DefaultRules() Rules {
	return Rules{Active: true, CallsMax: 3, ReturnMinutes: 30, ReturnBehind: 2, JumpsMax: 2, GraceMinutes: 10, EarlyMinutes: 30,
		BookDays: 5, CancelMinutes: 120, AbsentLimit: 3, AbsentDays: 90}
}

func (r *Rules) validate() error {
	e := ErrInput
	r.Notice = strings.TrimSpace(r.Notice)
	for _, n := range []struct {
		field, label string
		value        int64
		least, most  int64
	}{
		{"calls_max", "呼叫次数", r.CallsMax, 1, 9}, {"return_minutes", "回队时限", r.ReturnMinutes, 0, 480}, {"return_behind", "回队位置", r.ReturnBehind, 0, 20},
		{"jumps_max", "连续优先", r.JumpsMax, 1, 9}, {"grace_minutes", "宽限时间", r.GraceMinutes, 0, 120}, {"early_minutes", "提前签到", r.EarlyMinutes, 0, 240},
		{"book_days", "可预约天数", r.BookDays, 1, 30}, {"cancel_minutes", "取消时限", r.CancelMinutes, 0, 2880}, {"absent_limit", "爽约次数", r.AbsentLimit, 1, 20},
		{"absent_days", "爽约计算天数", r.AbsentDays, 1, 366},
	} {
		if n.value < n.least || n.value > n.most {
			e = e.Field(n.field, "%s应在 %d 到 %d 之间。", n.label, n.least, n.most)
		}
	}
	if utf8.RuneCountInString(r.Notice) > 200 {
		e = e.Field("notice", "提示最多 200 个字。")
	}
	return e.OrNil()
}

// lockHall loads a site's rules and holds its row until the transaction ends.
func lockHall(tx *store.Tx, centre, site string) (Hall, error) {
	return getHall(tx, centre, site, tx.ForUpdate())
}

var hallQuery = "SELECT " + store.Columns[Hall]("") + " FROM hall_site WHERE centre_id = $1 AND site_id = $2"

func getHall(tx *store.Tx, centre, site, lock string) (Hall, error) {
	h, err := store.Get[Hall](tx, hallQuery+lock, centre, site)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrClosed
	}
	return h, err
}

// SaveHall opens the queue of a site, or changes its rules; version is the one that was read, 0 to open.
func (m *Module) SaveHall(ctx context.Context, site string, version int64, r Rules) (Hall, error) {
	a := actor.From(ctx)
	if err := a.Require(PermConfigure); err != nil {
		return Hall{}, err
	}
	if err := r.validate(); err != nil {
		return Hall{}, err
	}
	h := Hall{CentreID: a.CentreID, SiteID: site, Rules: r, Version: version + 1}
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.mayConfigure(tx, a, site); err != nil {
			return err
		}
		var err error
		if version == 0 {
			err = errors.Join(store.Insert(tx, "hall_site", h), scheduleDayEnd(tx, a.CentreID))
		} else {
			err = m.changeHall(tx, &h, version)
		}
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hall.site_save", Permission: PermConfigure, Kind: "hall_site", Object: site, Detail: map[string]any{"active": r.Active, "version": h.Version}})
	})
	return h, taken(err, store.ErrStale)
}

func (m *Module) changeHall(tx *store.Tx, h *Hall, version int64) error {
	was, err := lockHall(tx, h.CentreID, h.SiteID)
	if err != nil {
		return err
	}
	if was.Version != version {
		return store.ErrStale.With("version", was.Version)
	}
	return store.Update(tx, "hall_site", h, "centre_id", "site_id")
}

// mayConfigure refuses a site that the actor may not set up.
func (m *Module) mayConfigure(tx *store.Tx, a *actor.Actor, site string) error {
	s, err := m.org.SiteTx(tx, a.CentreID, site)
	if err != nil {
		return err
	}
	if !org.Sees(a, PermConfigure, s.Row()) {
		return ErrMissing.Hide()
	}
	return nil
}

// Place (大厅) is a site with its name and, where it works with numbers, its rules.
type Place struct {
	SiteID string `db:"site_id" json:"site_id"`
	Name   string `db:"name" json:"name"`
	Opened bool   `db:"opened" json:"opened"` // it has rules; Hall.Active says whether it is open now
	Active bool   `db:"active" json:"active"`
}

// Places lists the sites of the actor's centre that he may read or set up, in the centre's order.
func (m *Module) Places(ctx context.Context) ([]Place, error) {
	a := actor.From(ctx)
	perm := PermRead
	if !a.Can(perm) {
		perm = PermConfigure
	}
	if err := a.Require(perm); err != nil {
		return nil, err
	}
	w := (&store.Where{}).And("s.centre_id = ?", a.CentreID).And("s.active")
	cond, args := org.Filter(a, perm, org.Columns{Centre: "s.centre_id", Site: "s.id"})
	w.And(cond, args...)
	return readAll[Place](ctx, m, `SELECT s.id AS site_id, s.name, h.site_id IS NOT NULL AS opened, COALESCE(h.active, false) AS active
		FROM org_site s LEFT JOIN hall_site h ON h.centre_id = s.centre_id AND h.site_id = s.id`+w.SQL()+" ORDER BY s.sort, s.id LIMIT 500", w.Args...)
}

// Setup (大厅设置) is everything that the office sets up of one site.
type Setup struct {
	Site     string    `json:"site"`
	Hall     Hall      `json:"rules"`
	Queues   []Queue   `json:"queues"`
	Counters []Counter `json:"counters"`
	Devices  []Device  `json:"devices"`
}

// Setup gives a site's setup; a site that does not work with numbers yet has the default rules in version 0.
func (m *Module) Setup(ctx context.Context, site string) (Setup, error) {
	a := actor.From(ctx)
	if err := a.Require(PermConfigure); err != nil {
		return Setup{}, err
	}
	var out Setup
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := m.org.SiteTx(tx, a.CentreID, site)
		if err != nil {
			return err
		}
		if !org.Sees(a, PermConfigure, s.Row()) {
			return ErrMissing.Hide()
		}
		out = Setup{Site: s.Name}
		if out.Hall, err = getHall(tx, a.CentreID, site, ""); errors.Is(err, ErrClosed) {
			out.Hall, err = Hall{CentreID: a.CentreID, SiteID: site, Rules: DefaultRules()}, nil
		}
		if err != nil {
			return err
		}
		if out.Queues, err = queuesOf(tx, a.CentreID, site); err != nil {
			return err
		}
		if out.Counters, err = countersOf(tx, a.CentreID, site); err != nil {
			return err
		}
		out.Devices, err = devicesOf(tx, a.CentreID, site)
		return err
	})
	return out, err
}

// readAll selects rows in a snapshot.
func readAll[T any](ctx context.Context, m *Module, sql string, args ...any) (out []T, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[T](tx, sql, args...)
		return err
	})
	return out, err
}

// checkText refuses a text that is empty or too long.
func checkText(e *errs.Error, field, label string, s *string, most int, optional bool) *errs.Error {
	*s = strings.TrimSpace(*s)
	switch n := utf8.RuneCountInString(*s); {
	case n == 0 && !optional:
		return e.Field(field, "请填写%s。", label)
	case n > most:
		return e.Field(field, "%s最多 %d 个字。", label, most)
	case strings.ContainsFunc(*s, func(r rune) bool { return r < ' ' || r == utf8.RuneError }):
		return e.Field(field, "%s含有换行或无法显示的字符。", label)
	}
	return e
}
