package finance

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/metric"
	"yichuang/internal/money"
	"yichuang/internal/store"
)

// Roster (发放名册) is who was paid out of a project by one document, such as the subsidies of a quarter. It is the record behind
// counts of people (发放补贴人数): how many were paid is counted from its lines, never typed.
type Roster struct {
	CentreID  string        `db:"centre_id" json:"-"`
	Year      int           `db:"year" json:"year"`
	ID        string        `db:"id" json:"id"`
	Project   string        `db:"project" json:"project"`   // code
	Document  string        `db:"document" json:"document"` // 文号或名册名称
	Day       clock.Date    `db:"day" json:"day"`           // of the payment
	People    int64         `db:"people" json:"people"`
	Fen       money.Fen     `db:"fen" json:"fen"`
	TakenBack string        `db:"taken_back" json:"taken_back,omitempty"` // why it no longer counts
	At        clock.Instant `db:"at" json:"at"`
	By        string        `db:"by_user" json:"by"`
	Version   int64         `db:"version" json:"version"`
}

// Payee (领款人) is one line of a roster as it is entered. A person is told by the number of a certificate where there is one,
// by the name elsewhere.
type Payee struct {
	Name string
	IDNo string
	Fen  money.Fen
}

// RosterLine is one line of a roster as it is shown: the name masked.
type RosterLine struct {
	No   int       `json:"no"`
	Name string    `json:"name"`
	Fen  money.Fen `json:"fen"`
}

// Paid (发放情况) is how many people were paid out of a project up to a day, and how much; one who was paid twice is one.
type Paid struct {
	People  int64
	Fen     money.Fen
	Records []byte // fingerprint of the lines behind it
}

// maxPayees bounds one roster.
const maxPayees = 5000

// Refusals about rosters.
var (
	ErrRosterInput = errs.New(errs.Invalid, "finance.roster_input", "名册有几处需要改正，没有登记。请按提示修改。")
	ErrRoster      = errs.New(errs.NotFound, "finance.roster_missing", "没有这份发放名册，或者已经撤销，没有改动。请刷新后再看。")
)

var rosterColumns = store.Columns[Roster]("")

type rosterLineRow struct {
	CentreID string    `db:"centre_id"`
	Year     int       `db:"year"`
	RosterID string    `db:"roster_id"`
	No       int       `db:"no"`
	Name     []byte    `db:"name_enc"`
	Person   string    `db:"person_bix"`
	Fen      money.Fen `db:"fen"`
}

// check refuses a roster that cannot be right and adds it up.
func (r *Roster) check(list []Payee) error {
	e := ErrRosterInput
	r.Document = strings.TrimSpace(r.Document)
	if r.Document == "" || utf8.RuneCountInString(r.Document) > 100 {
		e = e.Field("document", "请填写发放的文号或名册名称，100 个字以内。")
	}
	if r.Day.Year() != r.Year {
		e = e.Field("day", "发放日期应在 %d 年。", r.Year)
	}
	if len(list) == 0 || len(list) > maxPayees {
		e = e.Field("file", "名册应有 1 到 %d 人。", maxPayees)
	}
	seen := map[string]int{}
	for i := range list {
		p := &list[i]
		p.Name = strings.TrimSpace(p.Name)
		switch {
		case p.Name == "" || utf8.RuneCountInString(p.Name) > 50:
			e = e.Field("file", "第 %d 人：请写姓名，50 个字以内。", i+1)
		case p.Fen <= 0 || p.Fen > maxFen:
			e = e.Field("file", "第 %d 人：金额应大于 0。", i+1)
		case seen[p.key()] > 0:
			e = e.Field("file", "第 %d 人与第 %d 人是同一个人。同名的请写证件号码，同一个人的合并为一行。", i+1, seen[p.key()])
		}
		seen[p.key()] = i + 1
		r.Fen += p.Fen
	}
	r.People = int64(len(list))
	return e.OrNil()
}

// key tells a person apart.
func (p *Payee) key() string {
	if no := crypt.Normal(crypt.KindID, p.IDNo); no != "" {
		return "no " + no
	}
	return "name " + crypt.Normal(crypt.KindName, p.Name)
}

// AddRoster enters a roster of a project of the year, all of it or nothing.
func (m *Module) AddRoster(ctx context.Context, r Roster, list []Payee) (Roster, error) {
	a := actor.From(ctx)
	r.People, r.Fen, r.TakenBack, r.Version = 0, 0, "", 1
	bad := r.check(list)
	err := m.change(ctx, PermBudget, r.Year, func(tx *store.Tx, b *Book) error {
		projects, err := projectsTx(tx, b)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(projects, func(p Project) bool { return p.Code == r.Project }) {
			return ErrRosterInput.Field("project", "请选择项目。")
		}
		if bad != nil {
			return bad
		}
		r.CentreID, r.ID, r.At, r.By = a.CentreID, tx.NewID(), tx.Now(), a.UserID
		if err := store.Insert(tx, "finance_roster", r); err != nil {
			return err
		}
		for i := range list {
			p := &list[i]
			kind, value, _ := strings.Cut(p.key(), " ")
			index := m.keys.BlindIndex(map[string]crypt.Kind{"no": crypt.KindID, "name": crypt.KindName}[kind], value)
			if err := store.Insert(tx, "finance_roster_line", rosterLineRow{a.CentreID, r.Year, r.ID, i + 1, m.keys.Seal(p.Name), index, p.Fen}); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "finance.roster", Permission: PermBudget, Kind: "roster", Object: r.ID, Detail: map[string]any{"year": r.Year, "project": r.Project, "people": r.People, "fen": r.Fen}})
	})
	return r, err
}

// TakeBackRoster ends that a roster counts (撤销名册); its lines stay.
func (m *Module) TakeBackRoster(ctx context.Context, year int, id, why string) error {
	if why = strings.TrimSpace(why); why == "" || utf8.RuneCountInString(why) > 100 {
		return ErrRosterInput.Field("reason", "请写明撤销的原因，100 个字以内。")
	}
	return m.change(ctx, PermBudget, year, func(tx *store.Tx, b *Book) error {
		r, err := rosterTx(tx, b, id)
		if err != nil {
			return err
		}
		if r.TakenBack != "" {
			return ErrRoster
		}
		was := r
		r.TakenBack, r.Version = why, r.Version+1
		if err := store.Change(tx, "finance_roster", &was, &r, "centre_id", "year", "id"); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.roster_back", Permission: PermBudget, Kind: "roster", Object: id, Detail: map[string]any{"year": year, "people": r.People}})
	})
}

func rosterTx(tx *store.Tx, b *Book, id string) (Roster, error) {
	r, err := store.Get[Roster](tx, "SELECT "+rosterColumns+" FROM finance_roster WHERE centre_id = $1 AND year = $2 AND id = $3", b.CentreID, b.Year, id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrRoster
	}
	return r, err
}

// Rosters lists the rosters of a year, the newest first.
func (m *Module) Rosters(ctx context.Context, year int) ([]Roster, error) {
	var out []Roster
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		out, err = store.Select[Roster](tx, "SELECT "+rosterColumns+" FROM finance_roster WHERE centre_id = $1 AND year = $2 ORDER BY id DESC LIMIT 500", b.CentreID, year)
		return err
	})
	return out, err
}

// Roster gives a roster with its lines, the names masked.
func (m *Module) Roster(ctx context.Context, year int, id string) (Roster, []RosterLine, error) {
	var out Roster
	var lines []RosterLine
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) (err error) {
		if out, err = rosterTx(tx, b, id); err != nil {
			return err
		}
		rows, err := store.Select[rosterLineRow](tx, "SELECT "+store.Columns[rosterLineRow]("")+" FROM finance_roster_line WHERE centre_id = $1 AND year = $2 AND roster_id = $3 ORDER BY no", b.CentreID, year, id)
		for _, r := range rows {
			name, err := m.keys.Open(r.Name)
			if err != nil {
				return err
			}
			lines = append(lines, RosterLine{r.No, crypt.MaskName(name), r.Fen})
		}
		return err
	})
	return out, lines, err
}

// PaidOut counts the people who were paid out of a project up to a day; "" for all projects of the year.
func (m *Module) PaidOut(ctx context.Context, year int, project string, until clock.Date) (Paid, error) {
	var out Paid
	err := m.read(ctx, year, func(tx *store.Tx, b *Book) error {
		out = Paid{}
		var cohort metric.Cohort
		seen := map[string]bool{}
		err := store.Each(tx, func(r *rosterLineRow) error {
			out.Fen += r.Fen
			weight := int64(0)
			if !seen[r.Person] {
				seen[r.Person], weight = true, 1
			}
			cohort.Add(metric.Numerator, r.RosterID+"/"+r.Person, weight)
			return nil
		}, `SELECT l.centre_id, l.year, l.roster_id, l.no, l.name_enc, l.person_bix, l.fen FROM finance_roster_line l
			JOIN finance_roster r ON r.centre_id = l.centre_id AND r.year = l.year AND r.id = l.roster_id
			WHERE l.centre_id = $1 AND l.year = $2 AND r.taken_back = '' AND r.day <= $3 AND (r.project = $4 OR $4 = '') ORDER BY l.roster_id, l.no`, b.CentreID, year, until, project)
		out.People, out.Records = int64(len(seen)), cohort.Sum()
		return err
	})
	return out, err
}
