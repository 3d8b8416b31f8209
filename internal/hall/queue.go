package hall

import (
	"context"
	"errors"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Queue (队列) is what people of one business wait in.
type Queue struct {
	CentreID string `db:"centre_id" json:"-"`
	ID       string `db:"id" json:"id"`
	SiteID   string `db:"site_id" json:"site_id"`
	QueueInput
	Waiting int64 `db:"waiting" json:"waiting"` // tickets that wait now
	Jumps   int64 `db:"jumps" json:"-"`         // calls that went past an ordinary ticket since the last ordinary one
	PaceMs  int64 `db:"pace_ms" json:"-"`       // how long a service takes of late
	Version int64 `db:"version" json:"version"`
}

// QueueInput is what the office says about a queue.
type QueueInput struct {
	Name         string `db:"name" json:"name" maxLength:"30" doc:"名称，如 社保医保"`
	Hint         string `db:"hint" json:"hint" maxLength:"60" doc:"取号机上的说明"`
	Minutes      int64  `db:"minutes" json:"minutes" doc:"一般办理几分钟，用于起初的等候估计"`
	Bookable     bool   `db:"bookable" json:"bookable" doc:"可以预约"`
	SlotMinutes  int64  `db:"slot_minutes" json:"slot_minutes" doc:"预约时段的分钟数"`
	SlotCapacity int64  `db:"slot_capacity" json:"slot_capacity" doc:"每个时段可约人数"`
	Active       bool   `db:"active" json:"active" doc:"启用"`
	Sort         int64  `db:"sort" json:"sort" doc:"排列次序"`
}

func (in *QueueInput) validate() error {
	e := checkText(ErrInput, "name", "队列名称", &in.Name, 30, false)
	e = checkText(e, "hint", "说明", &in.Hint, 60, true)
	if in.Minutes < 1 || in.Minutes > 240 {
		e = e.Field("minutes", "办理时间应在 1 到 240 分钟之间。")
	}
	if in.Bookable && (in.SlotMinutes < 5 || in.SlotMinutes > 240) {
		e = e.Field("slot_minutes", "预约时段应在 5 到 240 分钟之间。")
	}
	if in.Bookable && (in.SlotCapacity < 1 || in.SlotCapacity > 200) {
		e = e.Field("slot_capacity", "每个时段可约 1 到 200 人。")
	}
	return e.OrNil()
}

var (
	queuesQuery = "SELECT " + store.Columns[Queue]("") + " FROM hall_queue WHERE centre_id = $1 AND site_id = $2 ORDER BY sort, id"
	queueQuery  = "SELECT " + store.Columns[Queue]("") + " FROM hall_queue WHERE centre_id = $1 AND id = $2"
)

func queuesOf(tx *store.Tx, centre, site string) ([]Queue, error) {
	return store.Select[Queue](tx, queuesQuery, centre, site)
}

func loadQueue(tx *store.Tx, centre, id string) (Queue, error) {
	q, err := store.Get[Queue](tx, queueQuery, centre, id)
	return q, missing(err)
}

// SaveQueue makes a queue of a site (id "") or changes one; version is the one that was read.
func (m *Module) SaveQueue(ctx context.Context, site, id string, version int64, in QueueInput) (Queue, error) {
	a := actor.From(ctx)
	if err := a.Require(PermConfigure); err != nil {
		return Queue{}, err
	}
	if err := in.validate(); err != nil {
		return Queue{}, err
	}
	var q Queue
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := m.mayConfigure(tx, a, site); err != nil {
			return err
		}
		if _, err := lockHall(tx, a.CentreID, site); err != nil {
			return err
		}
		q = Queue{CentreID: a.CentreID, ID: tx.NewID(), SiteID: site, PaceMs: in.Minutes * 60_000}
		if id != "" {
			was, err := loadQueue(tx, a.CentreID, id)
			if err == nil && was.SiteID != site {
				err = ErrMissing.Hide()
			}
			if err == nil && was.Version != version {
				err = store.ErrStale.With("version", was.Version)
			}
			if err != nil {
				return err
			}
			q = was
		}
		q.QueueInput, q.Version = in, q.Version+1
		if err := save(tx, "hall_queue", q, id == ""); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hall.queue_save", Permission: PermConfigure, Kind: "hall_queue", Object: q.ID, Detail: map[string]any{"name": in.Name, "active": in.Active}})
	})
	return q, taken(err, ErrTaken)
}

// save inserts a row or updates it by its id.
func save(tx *store.Tx, table string, row any, isNew bool) error {
	if isNew {
		return store.Insert(tx, table, row)
	}
	return store.Update(tx, table, row, "centre_id", "id")
}

func taken(err error, as *errs.Error) error {
	if errors.Is(err, store.ErrUnique) {
		return as.Wrap(err)
	}
	return err
}
