package hotline

import (
	"context"
	"slices"
	"strconv"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// ChannelOpen311 is the channel of requests that come through the open interface of reporting apps.
const ChannelOpen311 = "Open311"

// Published (公开工单) is what anybody may read of a ticket: no person, no internal text. Tickets that are confidential,
// reports of violations (举报) and destroyed ones are never among them (北京市接诉即办工作条例 art. 35; 个人信息保护法 art. 28).
type Published struct {
	ID       TicketID
	No       string
	Open     bool
	Notes    string // what the unit answered to the public, or why it ended otherwise
	Category string
	Text     string // what was reported, de-identified
	Unit     string // name of the lead unit
	Received clock.Instant
	Updated  clock.Instant // the last event; the end, once it has ended
	Expected clock.Instant // what the caller was promised
	Address  string        // as reported through the open interface; else the area alone
	Place
}

// PublishedFilter chooses tickets.
type PublishedFilter struct {
	ID         TicketID // this one alone
	Numbers    []string // these ticket numbers alone
	Categories []string
	From, To   clock.Instant // received in [From, To)
	Open       *bool
	AfterNo    string // older than the ticket with this number
	Limit      int
}

// ErrSpan refuses a span of more than ninety days: the list of the open interface is meant for what is going on.
var ErrSpan = errs.New(errs.Invalid, "hotline.published_span", "一次最多查询 90 天。请把 start_date 和 end_date 的间隔缩短到 90 天以内。")

// PublishedSpan is the longest span of a list in days.
const PublishedSpan = 90

// MaxPublished is the longest list.
const MaxPublished = 1000

type publishedRow struct {
	Ticket
	Content     string        `db:"content"`
	Address     string        `db:"address"`
	Lat         int64         `db:"lat"`
	Long        int64         `db:"long"`
	Media       string        `db:"media_url"`
	EventAt     clock.Instant `db:"last_at"`
	ReplyPublic string        `db:"reply_public"`
	Ground      string        `db:"ground"`
}

// publishedSQL reads tickets newest first with their place, last event, and the lead's accepted reply. A reply before it
// is accepted is a draft.
var publishedSQL = "SELECT " + store.Columns[Ticket]("t.") + `, t.content, t.address, COALESCE(p.lat, 0) AS lat, COALESCE(p.long, 0) AS long, COALESCE(p.media_url, '') AS media_url,
	COALESCE(e.at, t.created_at) AS last_at,
	COALESCE((SELECT l.reply_public FROM hotline_leg l WHERE l.centre_id = t.centre_id AND l.ticket_id = t.id AND l.role = '` + Lead + `' AND l.state = '` + string(Accepted) + `' ORDER BY l.round DESC, l.id DESC LIMIT 1), '') AS reply_public,
	CASE WHEN t.state = '` + string(Refused) + `' THEN COALESCE(e.text, '') ELSE '' END AS ground
	FROM hotline_ticket t
	LEFT JOIN hotline_place p ON p.centre_id = t.centre_id AND p.ticket_id = t.id
	LEFT JOIN hotline_event e ON e.centre_id = t.centre_id AND e.ticket_id = t.id AND e.seq = t.event_seq`

// Published lists what anybody may read of the centre's tickets, newest first. It is open to all: the actor only names the
// centre.
func (m *Module) Published(ctx context.Context, f PublishedFilter) ([]Published, error) {
	if f.listed() && f.To.Sub(f.From) > PublishedSpan*24*time.Hour {
		return nil, ErrSpan
	}
	centre := actor.From(ctx).CentreID
	var out []Published
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		w := f.where(centre)
		w.Args = append(w.Args, min(max(f.Limit, 1), MaxPublished))
		rows, err := store.Select[publishedRow](tx, publishedSQL+w.SQL()+" ORDER BY t.id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		if err != nil {
			return err
		}
		out, err = m.publish(tx, centre, rows)
		return err
	})
	return out, err
}

// listed reports whether the filter asks for a span and not for tickets by name.
func (f PublishedFilter) listed() bool { return f.ID == "" && len(f.Numbers) == 0 }

func (m *Module) publish(tx *store.Tx, centre string, rows []publishedRow) ([]Published, error) {
	var units []string
	for i := range rows {
		if u := rows[i].UnitID; u != "" && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	names, err := m.org.UnitsTx(tx, centre, units)
	out := make([]Published, len(rows))
	for i := range rows {
		out[i] = rows[i].publish()
		out[i].Unit = names[rows[i].UnitID].Name
	}
	return out, err
}

func (f PublishedFilter) where(centre string) *store.Where {
	w := (&store.Where{}).And("t.centre_id = ? AND t.confidential = ? AND t.kind <> ? AND t.accused_unit = '' AND t.destroyed_at = 0", centre, NotConfidential, Report)
	if f.ID != "" {
		return w.And("t.id = ?", f.ID)
	}
	if len(f.Numbers) > 0 {
		store.In(w, "t.no", f.Numbers)
		return w
	}
	w.And("t.id >= ? AND t.id < ?", id.Format(id.At(f.From)), id.Format(id.At(f.To)))
	if len(f.Categories) > 0 {
		store.In(w, "t.category", f.Categories)
	}
	if f.Open != nil {
		w.And("t.open = ?", *f.Open)
	}
	if f.AfterNo != "" {
		w.And("t.id < COALESCE((SELECT a.id FROM hotline_ticket a WHERE a.centre_id = ? AND a.no = ?), '')", centre, f.AfterNo)
	}
	return w
}

func (r *publishedRow) publish() Published {
	p := Published{ID: r.ID, No: r.No, Open: r.State.Open(), Category: r.Category, Text: Deidentify(r.Title), Received: r.CreatedAt, Updated: r.EventAt,
		Expected: r.CitizenDue, Place: Place{r.Lat, r.Long, r.Media}}
	if r.Channel == ChannelOpen311 {
		// Who reports through the open interface knows that it is read by all.
		p.Text, p.Address = Deidentify(r.Content), Deidentify(r.Address)
	} else {
		p.Place = Place{}
	}
	if r.ClosedAt != 0 {
		p.Updated = r.ClosedAt
	}
	switch {
	case r.State == Refused && r.Ground != "":
		p.Notes = "不予受理：" + Deidentify(r.Ground)
	case !slices.Contains([]State{Closed, Archived}, r.State) && !r.State.Open():
		p.Notes = r.State.Label()
	case !r.State.Open():
		p.Notes = Deidentify(r.ReplyPublic)
	default:
		p.Notes = r.State.Label()
	}
	return p
}
