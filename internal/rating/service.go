package rating

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/hall"
	"yichuang/internal/id"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// ServiceKind is what sort of service it was.
type ServiceKind string

// The kinds of service. A case is rated as a matter (一事一评), the others as a visit (一次一评; GB/T 39734-2020).
const (
	OfCase    ServiceKind = "case"    // 办件
	OfTicket  ServiceKind = "ticket"  // 叫号服务, without a case
	OfKiosk   ServiceKind = "kiosk"   // 自助终端业务
	OfConsult ServiceKind = "consult" // 咨询
)

// ServiceKinds lists the kinds in the order of pages.
func ServiceKinds() []ServiceKind { return []ServiceKind{OfCase, OfTicket, OfKiosk, OfConsult} }

// Label is the kind's Chinese name.
func (k ServiceKind) Label() string {
	return map[ServiceKind]string{OfCase: "办件", OfTicket: "叫号服务", OfKiosk: "自助终端", OfConsult: "咨询"}[k]
}

// Service (服务) is something that is over and can be rated, once, until a moment, with whoever answers for it (谁办理谁负责).
type Service struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Kind     ServiceKind   `db:"kind" json:"kind"`
	Subject  string        `db:"subject" json:"-"` // id of the case, ticket or job
	No       string        `db:"no" json:"no"`     // the number that people use
	Title    string        `db:"title" json:"title"`
	UnitID   string        `db:"unit_id" json:"unit_id,omitempty"`
	SiteID   string        `db:"site_id" json:"site_id,omitempty"`
	Window   string        `db:"window_no" json:"window,omitempty"`
	StaffID  string        `db:"staff_id" json:"staff_id,omitempty"`
	People   string        `db:"people" json:"-"` // ids of the persons whose names must not stay in a text
	At       clock.Instant `db:"at" json:"at"`
	Until    clock.Instant `db:"until" json:"until"`
	CodeBix  string        `db:"code_bix" json:"-"`
	SlipBix  string        `db:"receipt_bix" json:"-"` // finds it by the code of its receipt
	Rated    bool          `db:"rated" json:"rated"`
}

var serviceColumns = store.Columns[Service]("")

// row is the service as an object of the scope model.
func (s *Service) row() org.Row {
	return org.Row{CentreID: s.CentreID, UnitID: s.UnitID, SiteID: s.SiteID, OwnerID: s.StaffID}
}

// codeLen is the length of a rating code: 10 characters of base 32 are 50 bits.
const codeLen = 10

// Code is the code (评价码) by which a service is rated. It is derived from the key file, so that it can be printed on a
// number or a paper before the service is over.
func (m *Module) Code(kind ServiceKind, subject string) string {
	return m.derive("rating-code", string(kind)+"|"+subject)
}

// receiptCode is the code (回执码) that whoever rates gets: with it the rating is changed and its course followed. The window
// that shows the code of the service does not learn it, and so not what was said.
func (m *Module) receiptCode(service string) string { return m.derive("rating-receipt", service) }

func (m *Module) derive(kind, object string) string {
	b := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind(kind), object)))
	var n int64
	for _, c := range b[:8] {
		n = n<<8 | int64(c)
	}
	return strings.ToUpper(id.Format(n & (1<<62 - 1))[id.Len-codeLen:])
}

func (m *Module) codeIndex(code string) string {
	return m.keys.BlindIndex(crypt.Kind("rating-door"), code)
}

// plainCode undoes what people do to a code when they copy it from paper.
func plainCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}

// OfferTx makes a service that is over rateable, in the transaction that ends it. The same subject is offered once. It is
// for the modules that end services, such as a kiosk at the end of a job.
func (m *Module) OfferTx(tx *store.Tx, s Service) error {
	p, err := loadParameters(tx, s.CentreID)
	if err != nil {
		return err
	}
	return m.offer(tx, s, p)
}

func (m *Module) offer(tx *store.Tx, s Service, p Parameters) error {
	s.ID, s.At, s.CodeBix = tx.NewID(), tx.Now(), m.codeIndex(m.Code(s.Kind, s.Subject))
	s.SlipBix = m.codeIndex(m.receiptCode(s.ID))
	s.Until = (s.At.Date() + clock.Date(p.WindowDays)).End()
	return tx.Queue(`INSERT INTO rating_service (centre_id, id, kind, subject, no, title, unit_id, site_id, window_no, staff_id, people, at, until, code_bix, receipt_bix, rated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (centre_id, kind, subject) DO NOTHING`,
		s.CentreID, s.ID, s.Kind, s.Subject, s.No, s.Title, s.UnitID, s.SiteID, s.Window, s.StaffID, s.People, s.At, s.Until, s.CodeBix, s.SlipBix, false)
}

// caseAnswered offers a case that was answered: closed, refused or sent elsewhere.
func (m *Module) caseAnswered(tx *store.Tx, c *casework.Case) error {
	p, err := loadParameters(tx, c.CentreID)
	if err != nil {
		return err
	}
	err = m.offer(tx, Service{CentreID: c.CentreID, Kind: OfCase, Subject: string(c.ID), No: c.No, Title: c.ItemName, UnitID: c.UnitID, SiteID: c.SiteID, Window: c.Window,
		StaffID: or(c.Handler, c.CreatedBy), People: strings.TrimSpace(c.ApplicantID + " " + c.AgentID)}, p)
	if err != nil {
		return err
	}
	return m.invite(tx, c, p)
}

// ticketFinished offers a number that was served, unless its person at the counter took an application meanwhile: then the
// case is what is rated.
func (m *Module) ticketFinished(tx *store.Tx, t *hall.Ticket, c *hall.Counter) error {
	took, err := casework.ReceivedSince(tx, t.CentreID, c.StaffID, t.StartedAt)
	if err != nil || took {
		return err
	}
	return m.OfferTx(tx, Service{CentreID: t.CentreID, Kind: OfTicket, Subject: t.ID, No: t.No, Title: c.Name + "（" + c.No + " 号窗口）", UnitID: c.UnitID, SiteID: t.SiteID, Window: c.No, StaffID: c.StaffID})
}

// ConsultInput is a consultation that somebody at a window gave.
type ConsultInput struct {
	Title  string `json:"title" maxLength:"60" doc:"咨询了什么，例如 医保转移接续"`
	Window string `json:"window,omitempty" maxLength:"20" doc:"窗口编号"`
	UnitID string `json:"unit_id,omitempty" maxLength:"40" doc:"业务主管单位；不填为本人所在单位"`
	Key    string `json:"-"`
}

// Consult notes a consultation that is over (咨询登记), so that whoever asked can rate it, and gives the code to show.
func (m *Module) Consult(ctx context.Context, in ConsultInput) (Door, error) {
	a := actor.From(ctx)
	if err := a.Require(PermShowCode); err != nil {
		return Door{}, err
	}
	in.Title = strings.TrimSpace(in.Title)
	if n := utf8.RuneCountInString(in.Title); n == 0 || n > 60 {
		return Door{}, ErrInput.Field("title", "请写明咨询的事，最多 60 个字。")
	}
	if utf8.RuneCountInString(in.Window) > 20 {
		return Door{}, ErrInput.Field("window", "窗口编号最多 20 个字。")
	}
	var d Door
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		subject := tx.NewID()
		prior, repeated, err := once.ClaimContent(tx, in.Key, "rating.consult", in, subject)
		if err != nil {
			return err
		}
		if repeated {
			d, err = m.doorOf(tx, a, OfConsult, prior)
			return err
		}
		unit := or(in.UnitID, a.UnitID)
		if err := m.standing(tx, a.CentreID, unit); err != nil {
			return err
		}
		no, err := nextNumber(tx, a.CentreID, "ZX", tx.Now().Date())
		if err != nil {
			return err
		}
		s := Service{CentreID: a.CentreID, Kind: OfConsult, Subject: subject, No: no, Title: "咨询：" + in.Title, UnitID: unit, SiteID: a.SiteID, Window: strings.TrimSpace(in.Window), StaffID: a.UserID}
		if err := m.OfferTx(tx, s); err != nil {
			return err
		}
		if err := audit.Record(tx, audit.Entry{Action: "rating.consult", Permission: PermShowCode, Kind: "rating_service", Object: subject, Detail: map[string]any{"no": no}}); err != nil {
			return err
		}
		d, err = m.doorOf(tx, a, OfConsult, subject)
		return err
	})
	return d, err
}

// standing refuses a unit that is not the centre's, or no longer one.
func (m *Module) standing(tx *store.Tx, centre, unit string) error {
	if unit == "" {
		return nil
	}
	u, err := m.org.UnitTx(tx, centre, unit)
	if err != nil || !u.Active(tx.Now().Date()) {
		return ErrInput.Field("unit_id", "没有这个单位，或它已停用，请重新选择。")
	}
	return nil
}

// Door (评价入口) is what may be shown of a service beside its code. It does not tell whether anybody has rated.
type Door struct {
	Kind   ServiceKind   `json:"kind"`
	No     string        `json:"no"`
	Title  string        `json:"title"`
	Window string        `json:"window,omitempty"`
	At     clock.Instant `json:"at"`
	Until  clock.Instant `json:"until"`
	Code   string        `json:"code"`
	id     string
}

// ID is the service's row, for lists.
func (d Door) ID() string { return d.id }

func (m *Module) door(s *Service) Door {
	return Door{Kind: s.Kind, No: s.No, Title: s.Title, Window: s.Window, At: s.At, Until: s.Until, Code: m.Code(s.Kind, s.Subject), id: s.ID}
}

func (m *Module) doorOf(tx *store.Tx, a *actor.Actor, kind ServiceKind, subject string) (Door, error) {
	s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND kind = $2 AND subject = $3", a.CentreID, kind, subject)
	return m.door(&s), hidden(err, ErrService)
}

// hidden turns the store's answer that there is nothing into a refusal of this package.
func hidden(err error, instead error) error {
	if errors.Is(err, store.ErrNotFound) {
		return instead
	}
	return err
}

// Doors lists the newest services for which the actor may show the code (出示评价码): the own ones of a window's site or a
// unit, newest first.
func (m *Module) Doors(ctx context.Context, after string) (list []Door, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermShowCode); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	reach(w, a, PermShowCode)
	if after != "" {
		w.And("id < ?", after)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		found, err := store.Select[Service](tx, "SELECT "+serviceColumns+" FROM rating_service"+w.SQL()+" ORDER BY id DESC LIMIT "+itoa(ListPage+1), w.Args...)
		if len(found) > ListPage {
			found, next = found[:ListPage], found[ListPage-1].ID
		}
		for i := range found {
			list = append(list, m.door(&found[i]))
		}
		return err
	})
	return list, next, err
}

// ShowCode gives the code of one service to whoever may show it.
func (m *Module) ShowCode(ctx context.Context, kind ServiceKind, no string) (Door, error) {
	a := actor.From(ctx)
	if err := a.Require(PermShowCode); err != nil {
		return Door{}, err
	}
	var d Door
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND id = $2 AND kind = $3", a.CentreID, no, kind)
		if err != nil {
			return hidden(err, ErrService)
		}
		if !org.Sees(a, PermShowCode, s.row()) {
			return ErrService.Hide()
		}
		d = m.door(&s)
		return nil
	})
	return d, err
}

// CaseState (评价状态) is what a case's rating has come to: 待评价, 已评价, 评价期限已过 or "" before it is answered. It is derived
// and holds nothing up: a case is archived whether it was rated or not.
func (m *Module) CaseState(ctx context.Context, c casework.CaseID) (string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return "", err
	}
	state := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND kind = $2 AND subject = $3", a.CentreID, OfCase, c)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		state = s.State(tx.Now())
		return err
	})
	return state, err
}

// State words how far the rating of the service is.
func (s *Service) State(now clock.Instant) string {
	switch {
	case s.Rated:
		return "已评价"
	case now >= s.Until:
		return "评价期限已过"
	}
	return "待评价"
}

// nextNumber gives the next number of a day: HP20251118-0003.
func nextNumber(tx *store.Tx, centre, prefix string, day clock.Date) (string, error) {
	series := fmt.Sprintf("%s%04d%02d%02d", prefix, day.Year(), day.Month(), day.DayOfMonth())
	n, err := store.Get[int64](tx, `INSERT INTO rating_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = rating_number.n + 1 RETURNING n`, centre, series)
	return fmt.Sprintf("%s-%04d", series, n), err
}

// due is the end of a limit of working days from a moment, at 24:00.
func due(c *calendar.Calendar, from clock.Instant, days int64) clock.Instant {
	return c.Due(calendar.Workdays(int(days)).AtEndOfDay(), from, "").At
}
