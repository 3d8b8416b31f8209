package hall

import (
	"context"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// CounterKind is what sort of counter it is.
type CounterKind string

// The kinds of counter (hall reference §2).
const (
	OneStop   CounterKind = "one_stop" // 综合窗口
	Special   CounterKind = "special"  // 专业窗口
	Stuck     CounterKind = "stuck"    // “办不成事”反映窗口
	GuideDesk CounterKind = "guide"    // 导办台
)

// CounterKinds lists the kinds in the order of forms.
func CounterKinds() []CounterKind { return []CounterKind{OneStop, Special, Stuck, GuideDesk} }

// Label is the kind in Chinese.
func (k CounterKind) Label() string {
	return map[CounterKind]string{OneStop: "综合窗口", Special: "专业窗口", Stuck: "“办不成事”反映窗口", GuideDesk: "导办台"}[k]
}

// CounterState is whether a counter works.
type CounterState string

// The states of a counter.
const (
	CounterClosed CounterState = "closed" // 未上岗
	CounterOpen   CounterState = "open"   // 在岗
	CounterPaused CounterState = "paused" // 暂停
)

// Label is the state in Chinese.
func (s CounterState) Label() string {
	return map[CounterState]string{CounterClosed: "未上岗", CounterOpen: "在岗", CounterPaused: "暂停服务"}[s]
}

// Counter (窗口) is where numbers are called to.
type Counter struct {
	CentreID  string       `db:"centre_id" json:"-"`
	ID        string       `db:"id" json:"id"`
	SiteID    string       `db:"site_id" json:"site_id"`
	UnitID    string       `db:"unit_id" json:"unit_id,omitempty"` // whose it is; "" of the site as a whole
	No        string       `db:"no" json:"no"`
	Name      string       `db:"name" json:"name"`
	Kind      CounterKind  `db:"kind" json:"kind"`
	Active    bool         `db:"active" json:"active"`
	Sort      int64        `db:"sort" json:"sort"`
	State     CounterState `db:"state" json:"state"`
	StaffID   string       `db:"staff_id" json:"staff_id,omitempty"`
	StaffName string       `db:"staff_name" json:"staff_name,omitempty"`
	TicketID  string       `db:"ticket_id" json:"ticket_id,omitempty"`
	Version   int64        `db:"version" json:"version"`
	Queues    []string     `db:"-" json:"queues"`
}

// Row is the counter as an object of the scope model: whoever sits at it is its owner.
func (c *Counter) Row() org.Row {
	return org.Row{CentreID: c.CentreID, UnitID: c.UnitID, SiteID: c.SiteID, OwnerID: c.StaffID}
}

// CounterInput is what the office says about a counter.
type CounterInput struct {
	UnitID string      `json:"unit_id,omitempty" maxLength:"40" doc:"进驻单位；不填为站点共用"`
	No     string      `json:"no" maxLength:"6" doc:"窗口号，叫号时念出"`
	Name   string      `json:"name" maxLength:"30" doc:"名称"`
	Kind   CounterKind `json:"kind" enum:"one_stop,special,stuck,guide" doc:"类型"`
	Active bool        `json:"active" doc:"启用"`
	Sort   int64       `json:"sort" doc:"排列次序"`
	Queues []string    `json:"queues" maxItems:"50" doc:"办理哪些队列"`
}

func (in *CounterInput) validate() error {
	e := checkText(ErrInput, "no", "窗口号", &in.No, 6, false)
	e = checkText(e, "name", "窗口名称", &in.Name, 30, false)
	if in.Kind.Label() == "" {
		e = e.Field("kind", "请选择窗口类型。")
	}
	if len(in.Queues) == 0 {
		e = e.Field("queues", "请至少选择一个队列。")
	}
	return e.OrNil()
}

func countersOf(tx *store.Tx, centre, site string) ([]Counter, error) {
	list, err := store.Select[Counter](tx, "SELECT "+store.Columns[Counter]("")+" FROM hall_counter WHERE centre_id = $1 AND site_id = $2 ORDER BY sort, id", centre, site)
	if err != nil {
		return nil, err
	}
	return list, fillQueues(tx, centre, list)
}

// fillQueues loads which queues the counters serve.
func fillQueues(tx *store.Tx, centre string, list []Counter) error {
	for i := range list {
		var err error
		list[i].Queues, err = store.Select[string](tx, counterQueuesQuery, centre, list[i].ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func loadCounter(tx *store.Tx, centre, id string) (Counter, error) {
	return getCounter(tx, centre, id, "")
}

// lockCounter is loadCounter for a change; who also takes the lock of the site takes that one first.
func lockCounter(tx *store.Tx, centre, id string) (Counter, error) {
	return getCounter(tx, centre, id, tx.ForUpdate())
}

var (
	counterQuery       = "SELECT " + store.Columns[Counter]("") + " FROM hall_counter WHERE centre_id = $1 AND id = $2"
	counterQueuesQuery = "SELECT queue_id FROM hall_counter_queue WHERE centre_id = $1 AND counter_id = $2 ORDER BY queue_id"
)

// aheadCounter announces the queues of a counter that is about to be loaded.
func aheadCounter(tx *store.Tx, centre, id string) { tx.Ahead(counterQueuesQuery, centre, id) }

func getCounter(tx *store.Tx, centre, id, lock string) (Counter, error) {
	c, err := store.Get[Counter](tx, counterQuery+lock, centre, id)
	if err != nil {
		return c, missing(err)
	}
	list := []Counter{c}
	err = fillQueues(tx, centre, list)
	return list[0], err
}

// SaveCounter makes a counter of a site (id "") or changes one; version is the one that was read.
func (m *Module) SaveCounter(ctx context.Context, site, id string, version int64, in CounterInput) (Counter, error) {
	a := actor.From(ctx)
	if err := a.Require(PermConfigure); err != nil {
		return Counter{}, err
	}
	if err := in.validate(); err != nil {
		return Counter{}, err
	}
	var c Counter
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.mayConfigure(tx, a, site); err != nil {
			return err
		}
		if _, err := lockHall(tx, a.CentreID, site); err != nil {
			return err
		}
		var err error
		if c, err = counterToSave(tx, a.CentreID, site, id, version); err != nil {
			return err
		}
		if err := m.checkPlaces(tx, a.CentreID, site, in); err != nil {
			return err
		}
		c.UnitID, c.No, c.Name, c.Kind, c.Active, c.Sort = in.UnitID, in.No, in.Name, in.Kind, in.Active, in.Sort
		c.Queues, c.Version = slices.Compact(slices.Sorted(slices.Values(in.Queues))), c.Version+1
		if err := save(tx, "hall_counter", c, id == ""); err != nil {
			return err
		}
		if err := saveCounterQueues(tx, &c); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hall.counter_save", Permission: PermConfigure, Kind: "hall_counter", Object: c.ID, Detail: map[string]any{"no": c.No, "unit": c.UnitID, "queues": c.Queues, "active": c.Active}})
	})
	return c, taken(err, ErrTaken)
}

func counterToSave(tx *store.Tx, centre, site, id string, version int64) (Counter, error) {
	if id == "" {
		return Counter{CentreID: centre, ID: tx.NewID(), SiteID: site, State: CounterClosed}, nil
	}
	c, err := lockCounter(tx, centre, id)
	switch {
	case err != nil:
		return c, err
	case c.SiteID != site:
		return c, ErrMissing.Hide()
	case c.Version != version:
		return c, store.ErrStale.With("version", c.Version)
	}
	return c, nil
}

// checkPlaces refuses a unit or queues that are not of the centre and the site.
func (m *Module) checkPlaces(tx *store.Tx, centre, site string, in CounterInput) error {
	if in.UnitID != "" {
		if _, err := m.org.UnitTx(tx, centre, in.UnitID); err != nil {
			return ErrInput.Field("unit_id", "没有这个单位，请从列出的单位中选择。")
		}
	}
	for _, id := range in.Queues {
		if q, err := loadQueue(tx, centre, id); err != nil || q.SiteID != site {
			return ErrInput.Field("queues", "没有这个队列，请从本站点的队列中选择。")
		}
	}
	return nil
}

func saveCounterQueues(tx *store.Tx, c *Counter) error {
	if err := tx.Queue("DELETE FROM hall_counter_queue WHERE centre_id = $1 AND counter_id = $2", c.CentreID, c.ID); err != nil {
		return err
	}
	for _, q := range c.Queues {
		if err := tx.Queue("INSERT INTO hall_counter_queue (centre_id, counter_id, queue_id) VALUES ($1, $2, $3)", c.CentreID, c.ID, q); err != nil {
			return err
		}
	}
	return nil
}

// serves reports whether the counter handles a queue.
func (c *Counter) serves(queue string) bool { return slices.Contains(c.Queues, queue) }
