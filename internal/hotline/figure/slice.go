package figure

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/metric"
	"yichuang/internal/store"
)

// Slice (切片) chooses tickets of those accepted in a period, the records of MeasureAccepted, by what they are about. Both
// the number and the list are made from it.
type Slice struct {
	Period   metric.Period `json:"period"`
	Kind     string        `json:"kind,omitempty"`
	Channel  string        `json:"channel,omitempty"`
	Category string        `json:"category,omitempty"` // and those below it, unless Exact
	Exact    bool          `json:"exact,omitempty"`
	Topic    string        `json:"topic,omitempty"` // category of the first level, as ByTopic counts
	Area     string        `json:"area,omitempty"`
	Within   string        `json:"within,omitempty"` // an area and those below it
	UnitID   string        `json:"unit,omitempty"`   // lead unit of the present round
	Word     string        `json:"word,omitempty"`   // in title or content
	Kept     string        `json:"kept,omitempty"`   // tickets of a topic that was kept (KeepTopic)
	None     string        `json:"none,omitempty"`   // a Dimension that the tickets do not say
}

// Dimension is what slices are counted by.
type Dimension string

// The dimensions.
const (
	ByKind     Dimension = "kind"
	ByChannel  Dimension = "channel"
	ByCategory Dimension = "category"
	ByTopic    Dimension = "topic" // category of the first level
	ByArea     Dimension = "area"
	ByUnit     Dimension = "unit"
)

func (d Dimension) column() string {
	return map[Dimension]string{ByKind: "kind", ByChannel: "channel", ByCategory: "category", ByTopic: "category", ByArea: "area", ByUnit: "unit_id"}[d]
}

// SliceCount is how many tickets of a slice have a value of one or two dimensions, and how many of those are closed.
type SliceCount struct {
	Key    string `db:"a" json:"key"`
	Second string `db:"b" json:"second,omitempty"`
	Label  string `db:"-" json:"label"`
	N      int64  `db:"n" json:"n"`
	Closed int64  `db:"closed" json:"closed"`
}

func (s Slice) where(tx *store.Tx, centre string) (*store.Where, error) {
	w := (&store.Where{}).And("t.centre_id = ?", centre).And("t.accepted_at <> 0").And("t.accepted_at >= ?", s.Period.Start()).And("t.accepted_at < ?", s.Period.End())
	for _, c := range []struct{ column, value string }{{"t.kind", s.Kind}, {"t.channel", s.Channel}, {"t.area", s.Area}, {"t.unit_id", s.UnitID}} {
		if c.value != "" {
			w.And(c.column+" = ?", c.value)
		}
	}
	if s.Within != "" {
		w.And("t.area >= ?", s.Within).And("t.area < ?", s.Within+"\U0010FFFF")
	}
	if column := Dimension(s.None).column(); column != "" {
		w.And("t." + column + " = ''")
	}
	if s.Kept != "" {
		s.whereKept(centre, w)
	}
	if s.Topic != "" {
		if err := s.whereTopic(tx, centre, w); err != nil {
			return nil, err
		}
	}
	switch {
	case s.Exact:
		w.And("t.category = ?", s.Category)
	case s.Category != "":
		w.And("t.category >= ?", s.Category).And("t.category < ?", s.Category+"\U0010FFFF")
	}
	if s.Word != "" {
		w.And("t.confidential <> 'all'").And("(t.title LIKE ? OR t.content LIKE ?)", "%"+s.Word+"%", "%"+s.Word+"%")
	}
	return w, nil
}

// whereTopic chooses the categories that stand under one of the first level today; words that are no code stand for
// themselves.
func (s Slice) whereTopic(tx *store.Tx, centre string, w *store.Where) error {
	tops, err := topCategories(tx, centre)
	if err != nil {
		return err
	}
	codes := []string{}
	for code, top := range tops {
		if top == s.Topic {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		codes = append(codes, s.Topic)
	}
	slices.Sort(codes)
	store.In(w, "t.category", codes)
	return nil
}

// sliceReader lets those ask who may see the whole centre's figures.
func sliceReader(ctx context.Context, s Slice) (*actor.Actor, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	if a.Kind != actor.System && a.Scope(hotline.PermReport) < actor.Centre {
		return nil, actor.ErrForbidden.With("permission", string(hotline.PermReport))
	}
	if !s.Period.Valid() || strings.ContainsAny(s.Word, "%_\\") {
		return nil, metric.ErrPeriod
	}
	return a, nil
}

// SliceCounts counts a slice by one or two dimensions, the largest first; without any it gives one count of the whole.
func (m *Module) SliceCounts(ctx context.Context, s Slice, by ...Dimension) (out []SliceCount, err error) {
	a, err := sliceReader(ctx, s)
	if err != nil {
		return nil, err
	}
	columns := [2]string{"''", "''"}
	for i, d := range by {
		columns[i] = "t." + d.column()
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w, err := s.where(tx, a.CentreID)
		if err != nil {
			return err
		}
		out, err = store.Select[SliceCount](tx, "SELECT "+columns[0]+" AS a, "+columns[1]+" AS b, COUNT(*) AS n, COUNT(*) FILTER (WHERE t.closed_at <> 0 AND t.close_kind <> '') AS closed FROM hotline_ticket t"+w.SQL()+" GROUP BY "+groupBy(by), w.Args...)
		if err != nil || len(by) == 0 {
			return err
		}
		names, err := m.sliceNames(tx, a.CentreID, by[0], out)
		if err != nil {
			return err
		}
		if by[0] == ByTopic {
			tops, err := topCategories(tx, a.CentreID)
			if err != nil {
				return err
			}
			out = mergeTopics(out, tops)
		}
		for i := range out {
			if out[i].Label = names[out[i].Key]; out[i].Label == "" {
				out[i].Label = map[bool]string{true: "未填写", false: out[i].Key}[out[i].Key == ""]
			}
		}
		return nil
	})
	sortSlices(out)
	if err == nil && len(by) > 0 && by[0] == ByArea {
		err = m.nameSliceAreas(ctx, out)
	}
	return out, err
}

func groupBy(by []Dimension) string {
	switch len(by) {
	case 0:
		return "t.centre_id"
	case 1:
		return "t." + by[0].column()
	}
	return "t." + by[0].column() + ", t." + by[1].column()
}

func (m *Module) sliceNames(tx *store.Tx, centre string, d Dimension, list []SliceCount) (map[string]string, error) {
	switch d {
	case ByCategory, ByTopic:
		return hotline.CategoryNamesTx(tx, centre)
	case ByUnit:
		var ids []string
		for _, c := range list {
			ids = append(ids, c.Key)
		}
		units, err := m.org.UnitsTx(tx, centre, ids)
		names := map[string]string{}
		for id, u := range units {
			names[id] = u.Short()
		}
		return names, err
	}
	return map[string]string{}, nil
}

func (m *Module) nameSliceAreas(ctx context.Context, list []SliceCount) error {
	shares := make([]Share, len(list))
	for i, c := range list {
		shares[i] = Share{Key: c.Key, Label: c.Label}
	}
	err := m.nameAreas(ctx, shares)
	for i := range list {
		list[i].Label = shares[i].Label
	}
	return err
}

// topCategories gives the first-level category of each code of the centre's taxonomy.
func topCategories(tx *store.Tx, centre string) (map[string]string, error) {
	list, err := hotline.CategoriesTx(tx, centre)
	if err != nil {
		return nil, err
	}
	moves, err := hotline.CategoryMovesTx(tx, centre)
	parents, top := map[string]string{}, map[string]string{}
	for _, c := range list {
		parents[c.Code] = c.Parent
	}
	for code := range parents {
		at := moves.Now(code)
		for range 10 {
			if parents[at] == "" {
				break
			}
			at = parents[at]
		}
		top[code] = at
	}
	return top, err
}

// mergeTopics adds up counts of categories under their first level; words that are no code stay as they are.
func mergeTopics(list []SliceCount, tops map[string]string) []SliceCount {
	at := map[[2]string]int{}
	var out []SliceCount
	for _, c := range list {
		if t := tops[c.Key]; t != "" {
			c.Key = t
		}
		k := [2]string{c.Key, c.Second}
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, c)
			continue
		}
		out[i].N, out[i].Closed = out[i].N+c.N, out[i].Closed+c.Closed
	}
	return out
}

func sortSlices(list []SliceCount) {
	slices.SortFunc(list, func(a, b SliceCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Key, b.Key), strings.Compare(a.Second, b.Second))
	})
}

// SliceRow is one ticket of a slice.
type SliceRow struct {
	ID         string        `db:"id" json:"id"`
	No         string        `db:"no" json:"no"`
	Title      string        `db:"title" json:"title"`
	Kind       string        `db:"kind" json:"kind"`
	Channel    string        `db:"channel" json:"channel"`
	Category   string        `db:"category" json:"category"`
	State      hotline.State `db:"state" json:"state"`
	AcceptedAt clock.Instant `db:"accepted_at" json:"accepted_at"`
}

// SliceTickets lists the tickets of a slice, oldest acceptance first, the cursor of the next page, and how many there are.
func (m *Module) SliceTickets(ctx context.Context, s Slice, after string, limit int) (rows []SliceRow, next string, total int64, err error) {
	a, err := sliceReader(ctx, s)
	if err != nil {
		return nil, "", 0, err
	}
	cursor, err := parseCohortCursor(after)
	if err != nil {
		return nil, "", 0, err
	}
	n := hotline.PageSize(limit)
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w, err := s.where(tx, a.CentreID)
		if err != nil {
			return err
		}
		if total, err = store.Get[int64](tx, "SELECT COUNT(*) FROM hotline_ticket t"+w.SQL(), w.Args...); err != nil {
			return err
		}
		if cursor.id != "" {
			w.And("(t.accepted_at, t.id) > (?, ?)", cursor.at, cursor.id)
		}
		w.Args = append(w.Args, n+1)
		rows, err = store.Select[SliceRow](tx, `SELECT t.id, t.no, CASE WHEN t.confidential = 'all' THEN '（内容保密）' ELSE t.title END AS title, t.kind, t.channel, t.category, t.state, t.accepted_at
			FROM hotline_ticket t`+w.SQL()+" ORDER BY t.accepted_at, t.id LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		return err
	})
	if len(rows) > n {
		rows = rows[:n]
		last := rows[n-1]
		next = strconv.FormatInt(int64(last.AcceptedAt), 10) + "." + last.ID
	}
	return rows, next, total, err
}

// SliceCallers counts the people behind a slice (诉求人): a caller once, a ticket without one as one of its own.
func (m *Module) SliceCallers(ctx context.Context, s Slice) (n int64, err error) {
	a, err := sliceReader(ctx, s)
	if err != nil {
		return 0, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w, err := s.where(tx, a.CentreID)
		if err != nil {
			return err
		}
		n, err = store.Get[int64](tx, "SELECT COUNT(DISTINCT NULLIF(t.caller_id, '')) + COUNT(*) FILTER (WHERE t.caller_id = '') FROM hotline_ticket t"+w.SQL(), w.Args...)
		return err
	})
	return n, err
}

// whereKept chooses the tickets of a kept topic.
func (s Slice) whereKept(centre string, w *store.Where) {
	w.And("t.id IN (SELECT k.ticket_id FROM hotline_topic_kept k WHERE k.centre_id = ? AND k.kept_id = ?)", centre, s.Kept)
}
