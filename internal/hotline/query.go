package hotline

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Dossier (工单全貌) is a ticket with everything that the actor may see of it.
type Dossier struct {
	Ticket
	TicketText
	Unit        string           `json:"unit_name,omitempty"`
	Legs        []Leg            `json:"legs"`
	Events      []Event          `json:"events"`
	Callbacks   []CallbackResult `json:"callbacks"`
	Notices     []Notice         `json:"notices"`
	Attachments []Attachment     `json:"attachments"`
	Allowed     []Action         `json:"allowed"`
	// LegAllowed are the actions that the actor may do to each leg of the current round.
	LegAllowed map[LegID][]Action `json:"leg_allowed"`
	untimely   map[Action]string  // asks that come too late or once too often, with the reason
	Asks       []Ask              `json:"asks"`
	Links      []LinkedTicket     `json:"links"`
	Merged     []MergedTicket     `json:"merged"` // tickets that were merged into this one
	Overdue    bool               `json:"overdue"`
	Remaining  string             `json:"remaining,omitempty"` // 剩 1 工作日 3 小时
	// Caller is masked; RevealCaller shows it and records that. Empty where the actor may not know it at all.
	CallerName  string            `json:"caller_name,omitempty"`
	CallerPhone string            `json:"caller_phone,omitempty"`
	UnitNames   map[string]string `json:"unit_names"`
}

type ticketFull struct {
	Ticket
	TicketText
}

// Find gives a ticket by id or by number, if the actor may see it.
func (m *Module) Find(ctx context.Context, idOrNo string) (Dossier, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return Dossier{}, err
	}
	var d Dossier
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		column := "id"
		if strings.Contains(idOrNo, "-") {
			column = "no"
		}
		t, err := store.Get[ticketFull](tx, "SELECT "+store.Columns[ticketFull]("")+" FROM hotline_ticket WHERE centre_id = $1 AND "+column+" = $2", a.CentreID, idOrNo)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		d, err = m.dossier(tx, a, t)
		return err
	})
	return d, err
}

func (m *Module) dossier(tx *store.Tx, a *actor.Actor, t ticketFull) (Dossier, error) {
	d := Dossier{Ticket: t.Ticket, TicketText: t.TicketText, UnitNames: map[string]string{}}
	var err error
	if d.Legs, err = store.Select[Leg](tx, "SELECT "+store.Columns[Leg]("")+" FROM hotline_leg WHERE centre_id = $1 AND ticket_id = $2 ORDER BY round DESC, role DESC, id", t.CentreID, t.ID); err != nil {
		return d, err
	}
	o := order{Ticket: t.Ticket}
	for _, l := range d.Legs {
		if l.Round == t.Round {
			o.legs = append(o.legs, l)
		} else {
			o.past = append(o.past, l)
		}
	}
	if err := o.visible(a, PermRead); err != nil {
		return d, err
	}
	if d.Events, err = loadEvents(tx, t.CentreID, t.ID); err != nil {
		return d, err
	}
	if d.Callbacks, err = loadCallbacks(tx, t.CentreID, t.ID); err != nil {
		return d, err
	}
	if d.Notices, err = store.Select[Notice](tx, "SELECT "+store.Columns[Notice]("")+" FROM hotline_notice WHERE centre_id = $1 AND ticket_id = $2 ORDER BY id", t.CentreID, t.ID); err != nil {
		return d, err
	}
	if d.Attachments, err = loadAttachments(tx, a, &t.Ticket); err != nil {
		return d, err
	}
	if err := m.nameUnits(tx, &d); err != nil {
		return d, err
	}
	if err := m.belonging(tx, a, &o, &d); err != nil {
		return d, err
	}
	current := o.legs
	d.Allowed = allowed(a, &t.Ticket, current)
	d.LegAllowed = legsAllowed(a, &t.Ticket, current)
	if err := m.inTime(tx, a, &d, current); err != nil {
		return d, err
	}
	if err := m.remaining(tx, &d, current); err != nil {
		return d, err
	}
	return d, m.maskedCaller(tx, a, &o, &d)
}

func loadEvents(tx *store.Tx, centre string, t TicketID) ([]Event, error) {
	return store.Select[Event](tx, "SELECT "+store.Columns[Event]("")+" FROM hotline_event WHERE centre_id = $1 AND ticket_id = $2 ORDER BY seq", centre, t)
}

func (m *Module) nameUnits(tx *store.Tx, d *Dossier) error {
	var ids []string
	for _, u := range append([]string{d.UnitID, d.AccusedUnit}, func() (out []string) {
		for _, l := range d.Legs {
			out = append(out, l.UnitID)
		}
		for _, e := range d.Events {
			out = append(out, e.UnitID)
		}
		for _, k := range d.Asks {
			out = append(out, k.UnitID, k.OtherUnit)
		}
		return out
	}()...) {
		if u != "" && !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	units, err := m.org.UnitsTx(tx, d.CentreID, ids)
	for k, u := range units {
		d.UnitNames[k] = u.Name
	}
	d.Unit = d.UnitNames[d.UnitID]
	return err
}

func (m *Module) remaining(tx *store.Tx, d *Dossier, legs []Leg) error {
	o := order{Ticket: d.Ticket, legs: legs}
	l := o.lead()
	if l == nil || !l.State.Running() {
		return nil
	}
	cal, err := m.calendarOf(tx, d.CentreID)
	if err != nil {
		return err
	}
	d.Overdue = l.Overdue(tx.Now())
	d.Remaining = cal.Remaining(l.Course.Limit.Unit, tx.Now(), l.Due, l.UnitID).Text()
	return nil
}

// mayKnowCaller reports whether the actor may learn who called: with the permission on the row, and never a unit on a
// ticket whose caller asked to stay unknown to it.
func mayKnowCaller(a *actor.Actor, o *order) bool {
	if o.CallerID == "" || o.DestroyedAt != 0 || o.visible(a, PermReadPersonal) != nil {
		return false
	}
	hidden := o.Anonymous || o.Confidential != NotConfidential
	return !hidden || a.Scope(PermReadPersonal) >= actor.Centre
}

func (m *Module) maskedCaller(tx *store.Tx, a *actor.Actor, o *order, d *Dossier) error {
	if !mayKnowCaller(a, o) {
		return nil
	}
	p, err := party.Load(tx, o.CentreID, o.CallerID)
	if err != nil {
		return err
	}
	c, err := m.party.Open(p)
	if err != nil {
		return err
	}
	masked := c.Masked()
	d.CallerName, d.CallerPhone = masked.Name, masked.Phone
	return nil
}

// RevealCaller shows who called (查看联系人) and writes an audit line for it.
func (m *Module) RevealCaller(ctx context.Context, ticket TicketID) (party.Contact, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReadPersonal); err != nil {
		return party.Contact{}, err
	}
	var c party.Contact
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := audit.Lock(tx, a.CentreID, string(ticket)); err != nil {
			return err
		}
		o, err := loadOrder(tx, a.CentreID, ticket)
		if err != nil {
			return err
		}
		if !mayKnowCaller(a, o) {
			return ErrNotFound.Hide()
		}
		if o.State == Callback && a.Can(PermCallback) {
			if err := m.claim(tx, &o.Ticket); err != nil {
				return err
			}
		}
		p, err := party.Load(tx, o.CentreID, o.CallerID)
		if err != nil {
			return err
		}
		if c, err = m.party.Open(p); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(ActReveal), Permission: PermReadPersonal, Kind: "ticket", Object: string(o.ID), Detail: map[string]any{"no": o.No}})
	})
	return c, err
}

// Row is a ticket as lists show it.
type Row struct {
	Ticket
	LegState LegState `db:"leg_state" json:"leg_state,omitempty"`
	Unit     string   `db:"-" json:"unit_name,omitempty"`
	Overdue  bool     `db:"-" json:"overdue"`
	// Remaining is the Chinese of the time until the due moment; Yellow that a yellow card is out.
	Remaining string `db:"-" json:"remaining,omitempty"`
	Yellow    bool   `db:"-" json:"yellow"`
}

// Filter chooses tickets. Queues of one open state are sorted by what presses most, everything else newest first.
type Filter struct {
	State    State
	UnitID   string
	Kind     string
	Channel  string
	Category string
	Urgency  string
	From, To clock.Instant // created, half-open
	After    string        // cursor of the page before
	Limit    int
}

// MaxPage is the length of the longest page of a list.
const MaxPage = 200

const defaultPage = 50

// PageSize is how many rows a page has for whom asks for n.
func PageSize(n int) int {
	if n <= 0 {
		return defaultPage
	}
	return min(n, MaxPage)
}

// ExportLimit is the greatest number of rows of one exported table.
const ExportLimit = 50_000

// ErrExportTooLong refuses an export with more than ExportLimit rows.
var ErrExportTooLong = errs.New(errs.TooLarge, "hotline.export_too_long", "符合条件的工单超过 50,000 张，没有导出。请缩小日期范围或增加筛选条件，分几次导出。")

// List gives a page of the tickets that the actor may see and the cursor of the next one, "" at the end.
func (m *Module) List(ctx context.Context, f Filter) ([]Row, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	var rows []Row
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		cond, args := org.Filter(a, PermRead, org.Columns{Centre: "t.centre_id", Unit: "t.unit_id", Owner: "t.created_by"})
		w := (&store.Where{}).And(cond, args...)
		w.And("t.centre_id = ?", a.CentreID)
		NotAccused(w, a)
		f.restrict(w)
		queue := f.State.Open()
		order := " ORDER BY t.id DESC"
		if queue {
			order = " ORDER BY t.queue_at, t.id"
		}
		if err := f.seek(w, queue); err != nil {
			return err
		}
		n := PageSize(f.Limit)
		w.Args = append(w.Args, n+1)
		var err error
		rows, err = store.Select[Row](tx, "SELECT "+store.Columns[Ticket]("t.")+" FROM hotline_ticket t"+w.SQL()+order+" LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(rows) > n {
			last := rows[n-1]
			rows, next = rows[:n], string(last.ID)
			if queue {
				next = strconv.FormatInt(int64(last.QueueAt), 10) + "." + next
			}
		}
		return m.DecorateTx(tx, a, rows)
	})
	return rows, next, err
}

func (f Filter) restrict(w *store.Where) {
	if f.State != "" {
		w.And("t.state = ?", f.State)
		if f.State.Open() {
			w.And("t.open")
		}
	}
	for _, c := range []struct{ column, value string }{{"t.unit_id", f.UnitID}, {"t.kind", f.Kind}, {"t.channel", f.Channel}, {"t.category", f.Category}, {"t.urgency", f.Urgency}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
	// Ids grow with time, so a span of creation is a span of the primary key.
	if f.From != 0 {
		w.And("t.id >= ?", id.Format(id.At(f.From)))
	}
	if f.To != 0 {
		w.And("t.id < ?", id.Format(id.At(f.To)))
	}
}

// ErrCursor refuses a cursor that this list did not give.
var ErrCursor = errs.New(errs.Invalid, "hotline.cursor", "翻页位置不对，请从第一页重新查看。")

func (f Filter) seek(w *store.Where, queue bool) error {
	if f.After == "" {
		return nil
	}
	at, ticket, ok := strings.Cut(f.After, ".")
	if !queue {
		ticket, ok = f.After, true
	}
	if _, err := id.Parse(ticket); err != nil || !ok {
		return ErrCursor
	}
	if !queue {
		w.And("t.id < ?", ticket)
		return nil
	}
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return ErrCursor
	}
	w.And("(t.queue_at, t.id) > (?, ?)", n, ticket)
	return nil
}

// notAccused keeps from a unit what tickets say about it: a list of tickets t leaves out those that accuse the actor's own
// unit, whatever happened to them before that was known.
func NotAccused(w *store.Where, a *actor.Actor) {
	if a.Scope(PermRead) < actor.Centre && a.UnitID != "" {
		w.And("t.accused_unit <> ?", a.UnitID)
	}
}

// confide blanks the titles of fully confidential tickets for everybody but those who may read about callers in the
// whole centre; lists are no place for them.
func confide(a *actor.Actor, rows []Row) {
	if a.Scope(PermReadPersonal) >= actor.Centre {
		return
	}
	for i := range rows {
		if rows[i].Confidential == ConfidentialAll {
			rows[i].Title = ""
		}
	}
}

// decorate adds unit names, cards and remaining times to rows, and takes out what the actor may not read there.
func (m *Module) DecorateTx(tx *store.Tx, a *actor.Actor, rows []Row) error {
	confide(a, rows)
	centre := a.CentreID
	if len(rows) == 0 {
		return nil
	}
	c, err := m.clocks(tx, centre)
	if err != nil {
		return err
	}
	var units []string
	for _, r := range rows {
		if r.UnitID != "" && !slices.Contains(units, r.UnitID) {
			units = append(units, r.UnitID)
		}
	}
	names := map[string]org.Unit{}
	if len(units) > 0 {
		if names, err = m.org.UnitsTx(tx, centre, units); err != nil {
			return err
		}
	}
	now := tx.Now()
	pending, err := pendingExtensions(tx, centre, rows, now)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		u := names[r.UnitID]
		r.Unit = u.Short()
		if r.Due == 0 || r.State != Dispatched && r.State != Handling {
			continue
		}
		r.Overdue = now > r.Due && !pending[legOfUnit{r.ID, r.UnitID}]
		r.Yellow = !r.Overdue && now >= yellowAt(c.cal, calendar.Workdays(1), r.Due, r.UnitID, c.limits)
		r.Remaining = c.cal.Remaining(calendar.UnitWorkday, now, r.Due, r.UnitID).Text()
	}
	return nil
}

// legOfUnit names the leg of a row: the ticket, and the unit whose clock the row shows.
type legOfUnit struct {
	Ticket TicketID `db:"ticket_id"`
	Unit   string   `db:"unit_id"`
}

// pendingExtensions finds, among rows past due, those whose extension waits for its decision: they are not overdue.
func pendingExtensions(tx *store.Tx, centre string, rows []Row, now clock.Instant) (map[legOfUnit]bool, error) {
	var ids []TicketID
	for _, r := range rows {
		if r.Due != 0 && now > r.Due && r.Open {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	w := (&store.Where{}).And("centre_id = ?", centre)
	store.In(w, "ticket_id", ids)
	w.And("open").And("extension <> ''")
	found, err := store.Select[legOfUnit](tx, "SELECT ticket_id, unit_id FROM hotline_leg"+w.SQL(), w.Args...)
	out := map[legOfUnit]bool{}
	for _, t := range found {
		out[t] = true
	}
	return out, err
}

// Desk gives a page of the open legs of the actor's units, or of one unit, by due time (承办单位工作台).
func (m *Module) Desk(ctx context.Context, unit, after string, limit int) ([]Row, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	units := []string{unit}
	if unit == "" {
		units = slices.Clone(a.UnitIDs)
		if len(units) == 0 && a.UnitID != "" {
			units = []string{a.UnitID}
		}
	}
	for _, u := range units {
		if !org.Sees(a, PermRead, org.Row{CentreID: a.CentreID, UnitID: u}) {
			return nil, "", ErrNotFound.Hide()
		}
	}
	var rows []Row
	next := ""
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("l.centre_id = ?", a.CentreID)
		store.In(w, "l.unit_id", units)
		w.And("l.open")
		NotAccused(w, a)
		if after != "" {
			at, leg, ok := strings.Cut(after, ".")
			n, err := strconv.ParseInt(at, 10, 64)
			if err != nil || !ok {
				return ErrCursor
			}
			w.And("(l.due, l.id) > (?, ?)", n, leg)
		}
		n := PageSize(limit)
		w.Args = append(w.Args, n+1)
		list, err := store.Select[deskRow](tx, "SELECT "+store.Columns[Ticket]("t.")+", l.state AS leg_state, l.id AS leg_id, l.due AS leg_due, l.unit_id AS leg_unit FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id"+
			w.SQL()+" ORDER BY l.due, l.id LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		if len(list) > n {
			list = list[:n]
			next = strconv.FormatInt(int64(list[n-1].LegDue), 10) + "." + list[n-1].LegID
		}
		for _, r := range list {
			r.Row.Due, r.Row.UnitID = r.LegDue, r.LegUnit
			rows = append(rows, r.Row)
		}
		if err := m.DecorateTx(tx, a, rows); err != nil {
			return err
		}
		for i := range rows {
			if rows[i].LegState == LegSuspended { // its clock stands, whatever the ticket's does
				rows[i].Overdue, rows[i].Yellow, rows[i].Remaining = false, false, ""
			}
		}
		return nil
	})
	return rows, next, err
}

type deskRow struct {
	Row
	LegID   string        `db:"leg_id"`
	LegDue  clock.Instant `db:"leg_due"`
	LegUnit string        `db:"leg_unit"`
}
